package dev.portcullis.streams.record;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.StreamName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The keys of rows. Names contain no NUL, so the rows of a stream are never mixed with those of another. */
public final class RowKeys {
    private RowKeys() {}

    /** A key above every name: UTF-8 has no such byte. */
    public static byte[] last() {
        return new byte[] {(byte) 0xFF};
    }

    public static byte[] meta(StreamName stream) {
        return stream.value().getBytes(StandardCharsets.UTF_8);
    }

    public static StreamName streamOf(byte[] meta) {
        return new StreamName(new String(meta, StandardCharsets.UTF_8));
    }

    /** The smallest key above this one. */
    public static byte[] next(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    public static byte[] entry(StreamName stream, long seq) {
        return withSeq(meta(stream), seq);
    }

    public static long seqOf(byte[] entry) {
        return ByteBuffer.wrap(entry).getLong(entry.length - Long.BYTES);
    }

    /** The key of a user's row beside an inbox. */
    public static byte[] ofUser(StreamName stream, UserId user) {
        return join(stream.value(), user.value());
    }

    /** The smallest key that a user of this stream can have. */
    public static byte[] firstOfUsers(StreamName stream) {
        return join(stream.value(), "");
    }

    /** A key above that of every user of this stream. */
    public static byte[] endOfUsers(StreamName stream) {
        byte[] end = firstOfUsers(stream);
        end[end.length - 1]++;
        return end;
    }

    public static byte[] idempotencyKey(StreamName stream, AppendRequest.IdempotencyKey idempotencyKey) {
        return join(stream.value(), idempotencyKey.user().value(), idempotencyKey.type(), idempotencyKey.id());
    }

    /** The key of a user's last leave, which is kept beside the idempotency keys. No frame has a type like this one. */
    public static byte[] lastLeave(StreamName room, UserId user) {
        return join(room.value(), user.value(), "last leave");
    }

    /**
     * The key of the place of a message's newest edit, which is kept beside the idempotency keys. No frame has a type like this
     * one.
     */
    public static byte[] editPlace(StreamName inbox, String messageId) {
        return join(inbox.value(), messageId, "newest edit");
    }

    private static byte[] withSeq(byte[] name, long seq) {
        return ByteBuffer.allocate(name.length + 1 + Long.BYTES)
                .put(name)
                .put((byte) 0)
                .putLong(seq)
                .array();
    }

    private static byte[] join(String... parts) {
        return String.join("\0", parts).getBytes(StandardCharsets.UTF_8);
    }
}
