package dev.portcullis.bus.wire;

import java.util.Optional;

/** How values of one type are written and read. */
interface Shape {
    void write(Object value, Ink ink);

    Object read(Source source) throws Unreadable;

    /** What it is where an older sender did not know of it. Where this is empty, such a component can't be appended. */
    default Optional<Object> unsaid() {
        return Optional.empty();
    }
}
