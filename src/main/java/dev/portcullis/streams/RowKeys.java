package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Where each thing lies in its table. The names hold no NUL, so no stream's rows lie between another's. */
final class RowKeys {
    /** Above every name, since UTF-8 has no such byte. */
    static final byte[] LAST = {(byte) 0xFF};

    private RowKeys() {}

    static byte[] meta(StreamName stream) {
        return stream.value().getBytes(StandardCharsets.UTF_8);
    }

    static StreamName streamOf(byte[] meta) {
        return new StreamName(new String(meta, StandardCharsets.UTF_8));
    }

    /** The smallest key above this one. */
    static byte[] next(byte[] key) {
        return java.util.Arrays.copyOf(key, key.length + 1);
    }

    static byte[] entry(StreamName stream, long seq) {
        byte[] name = meta(stream);
        return ByteBuffer.allocate(name.length + 1 + Long.BYTES)
                .put(name)
                .put((byte) 0)
                .putLong(seq)
                .array();
    }

    static long seqOf(byte[] entry) {
        return ByteBuffer.wrap(entry).getLong(entry.length - Long.BYTES);
    }

    static byte[] bar(StreamName stream, UserId user) {
        return join(stream.value(), user.value());
    }

    static byte[] published(StreamName stream, AppendRequest.IdempotencyKey idempotencyKey) {
        return join(stream.value(), idempotencyKey.user().value(), idempotencyKey.type(), idempotencyKey.id());
    }

    private static byte[] join(String... parts) {
        return String.join("\0", parts).getBytes(StandardCharsets.UTF_8);
    }
}
