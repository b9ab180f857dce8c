package dev.portcullis.protocol.record;

import java.util.Optional;

/**
 * Wire form of the values of one class between nodes. Built once for each class, never from a name read from the wire
 * (CWE-502).
 */
public final class WireForm<T> {
    /**
     * First byte of every message between nodes, and part of the row that a node publishes before it joins. A release
     * that only adds what the previous release can skip or miss keeps it; the outline files of the tests check that. A
     * release that changes more adds one if it also reads and writes the form of the previous release, so that a
     * rolling upgrade works, and begins a new folder of outline files. A release that cannot do so adds two: then nodes
     * of the two releases refuse each other instead of losing messages.
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

    /** Throws if the class, or one that it reaches, cannot be sent. */
    @SuppressWarnings("unchecked") // the form of a class has that type
    public static <T> WireForm<T> of(Class<T> type) {
        return (WireForm<T>) FORMS.get(type);
    }

    public byte[] encode(T value) {
        WireWriter writer = new WireWriter();
        writer.octet(VERSION);
        codec.write(value, writer);
        return writer.toByteArray();
    }

    /** Empty for bytes that are no such value, have another version or hold a constant unknown to this release. */
    public Optional<T> decode(byte[] bytes) {
        try {
            WireReader reader = new WireReader(bytes);
            if (reader.octet() != VERSION) {
                return Optional.empty();
            }
            T value = type.cast(codec.read(reader));
            return reader.isEmpty() ? Optional.of(value) : Optional.empty();
        } catch (MalformedRecordException malformed) {
            return Optional.empty();
        }
    }
}
