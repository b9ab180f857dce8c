package dev.portcullis.bus.wire;

import java.util.Optional;

/** A value or none. */
record OptionalShape(Shape element) implements Shape {
    @Override
    public void write(Object value, Ink ink) {
        Optional<?> optional = (Optional<?>) value;
        ink.octet(optional.isPresent() ? 1 : 0);
        optional.ifPresent(present -> element.write(present, ink));
    }

    @Override
    public Object read(Source source) throws Unreadable {
        return source.octet() == 0 ? Optional.empty() : Optional.of(element.read(source));
    }

    @Override
    public Optional<Object> unsaid() {
        return Optional.of(Optional.empty());
    }
}
