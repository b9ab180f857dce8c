package dev.portcullis.bus.wire;

import java.util.Optional;

/** How values of one type are written and read. */
interface TypeCodec {
    void write(Object value, WireWriter writer);

    Object read(WireReader reader) throws MalformedWireException;

    /** What it is where an older sender did not know of it. Where this is empty, such a component can't be appended. */
    default Optional<Object> whenAbsent() {
        return Optional.empty();
    }
}
