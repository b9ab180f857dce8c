package dev.portcullis.bus.wire;

import java.util.Optional;

/** How values of one class travel between nodes. Built once for each class; from no word of the wire (CWE-502). */
public final class WireForm<T> {
    /**
     * Stands in front of all that nodes send to each other, and in what a node says of itself before it is let in. A
     * release that only adds what the release before may skip or miss leaves it as it is: the wire files of the tests
     * tell. One that changes more adds one if it also reads and writes what the release before does, beside which it is
     * rolled out node by node, and begins a new folder of wire files. One that can't adds two, so that nodes of the two
     * refuse each other instead of losing what they say.
     */
    public static final byte VERSION = 1;

    private static final ClassValue<WireForm<?>> FORMS = new ClassValue<>() {
        @Override
        protected WireForm<?> computeValue(Class<?> type) {
            return new WireForm<>(type);
        }
    };

    private final Class<T> type;
    private final TypeCodec codec;

    private WireForm(Class<T> type) {
        this.type = type;
        this.codec = new TypeCodecs().of(type);
    }

    /** Throws where the class, or one that it reaches, can't travel. */
    @SuppressWarnings("unchecked") // the form of a class is of that class
    public static <T> WireForm<T> of(Class<T> type) {
        return (WireForm<T>) FORMS.get(type);
    }

    public byte[] encode(T value) {
        WireWriter writer = new WireWriter();
        writer.octet(VERSION);
        codec.write(value, writer);
        return writer.toByteArray();
    }

    /** Empty for bytes that are no such value, or are of a version or hold a constant that this release doesn't know. */
    public Optional<T> decode(byte[] bytes) {
        try {
            WireReader reader = new WireReader(bytes);
            if (reader.octet() != VERSION) {
                return Optional.empty();
            }
            T value = type.cast(codec.read(reader));
            return reader.isEmpty() ? Optional.of(value) : Optional.empty();
        } catch (MalformedWireException garbled) {
            return Optional.empty();
        }
    }
}
