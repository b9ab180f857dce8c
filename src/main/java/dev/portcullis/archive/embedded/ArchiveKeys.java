package dev.portcullis.archive.embedded;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RowKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The keys of the archive's tables. They begin with the name of the stream: RocksDB leaves out what a key has in common with the
 * one before it, so a number in place of the name would save next to nothing.
 */
final class ArchiveKeys {
    private static final byte MESSAGE = 0;
    private static final byte AMENDMENT = 1;

    private ArchiveKeys() {}

    /** The key of a message or an amendment under the message's id: the message comes first. */
    static byte[] ofMessage(StreamName stream, String messageId, EntryRow row) {
        byte[] prefix = messagePrefix(stream, messageId);
        return ByteBuffer.allocate(prefix.length + 1 + Long.BYTES)
                .put(prefix)
                .put(row.state() == EntryState.AMENDMENT ? AMENDMENT : MESSAGE)
                .putLong(row.entry().position().seq())
                .array();
    }

    /** The first key that rows of a message may have. */
    static byte[] firstOfMessage(StreamName stream, String messageId) {
        return behind(messagePrefix(stream, messageId), MESSAGE);
    }

    /** A key above those of all rows of a message. */
    static byte[] endOfMessage(StreamName stream, String messageId) {
        return behind(messagePrefix(stream, messageId), AMENDMENT + 1);
    }

    /** Whether the row of this key of a message amends it. */
    static boolean isAmendment(byte[] ofMessage) {
        return ofMessage[ofMessage.length - Long.BYTES - 1] == AMENDMENT;
    }

    static byte[] ofConversation(StreamName inbox, String key) {
        return (inbox.value() + '\0' + key).getBytes(StandardCharsets.UTF_8);
    }

    static String inConversation(StreamName inbox, byte[] key) {
        int prefix = RowKeys.meta(inbox).length + 1;
        return new String(key, prefix, key.length - prefix, StandardCharsets.UTF_8);
    }

    /** The key of an entry under a user whom it names. No id has a NUL. */
    static byte[] ofUser(UserId user, StreamName stream, long seq) {
        byte[] prefix = firstOfUser(user);
        byte[] entry = RowKeys.entry(stream, seq);
        return ByteBuffer.allocate(prefix.length + entry.length)
                .put(prefix)
                .put(entry)
                .array();
    }

    static byte[] firstOfUser(UserId user) {
        return (user.value() + '\0').getBytes(StandardCharsets.UTF_8);
    }

    static byte[] endOfUser(UserId user) {
        return (user.value() + '\1').getBytes(StandardCharsets.UTF_8);
    }

    static StreamName streamOf(UserId user, byte[] ofUser) {
        int prefix = firstOfUser(user).length;
        return RowKeys.streamOf(Arrays.copyOfRange(ofUser, prefix, ofUser.length - Long.BYTES - 1));
    }

    static byte[] ofHour(long hour, StreamName stream) {
        byte[] name = RowKeys.meta(stream);
        return ByteBuffer.allocate(Long.BYTES + name.length)
                .putLong(hour)
                .put(name)
                .array();
    }

    static byte[] firstOfHour(long hour) {
        return ByteBuffer.allocate(Long.BYTES).putLong(hour).array();
    }

    static long hourOf(byte[] ofHour) {
        return ByteBuffer.wrap(ofHour).getLong();
    }

    static StreamName streamOf(byte[] ofHour) {
        return RowKeys.streamOf(Arrays.copyOfRange(ofHour, Long.BYTES, ofHour.length));
    }

    /** The hour in which an entry was stored. */
    static long hourOf(EntryRow row) {
        return Math.max(0, TimeUnit.MILLISECONDS.toHours(row.stored()));
    }

    /** The key of a stream of which something is due at a store time. */
    static byte[] ofDue(long at, StreamName stream) {
        return ofHour(at, stream);
    }

    static byte[] firstOfDue(long at) {
        return firstOfHour(at);
    }

    static long dueOf(byte[] ofDue) {
        return hourOf(ofDue);
    }

    static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    static long number(byte[] value) {
        return ByteBuffer.wrap(value).getLong();
    }

    /** Ids may have any characters, so the length comes before them: no id is the beginning of another one. */
    private static byte[] messagePrefix(StreamName stream, String messageId) {
        byte[] name = RowKeys.meta(stream);
        byte[] id = messageId.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(name.length + 1 + Short.BYTES + id.length)
                .put(name)
                .put((byte) 0)
                .putShort((short) id.length)
                .put(id)
                .array();
    }

    private static byte[] behind(byte[] prefix, int last) {
        byte[] key = Arrays.copyOf(prefix, prefix.length + 1);
        key[prefix.length] = (byte) last;
        return key;
    }
}
