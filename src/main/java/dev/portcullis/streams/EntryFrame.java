package dev.portcullis.streams;

import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.Position;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The bytes of an entry as a client gets them: the stored body with the position in front. */
public final class EntryFrame {
    private static final String PREFIX = "{\"epoch\":\"\",\"seq\":,";

    private static final int MAX_EPOCH = 32;
    private static final int MAX_SEQ = Long.toString(Long.MAX_VALUE).length();

    private EntryFrame() {}

    /** The largest number of bytes that a frame with this body can have, at any position. */
    public static int maxLength(byte[] body) {
        return PREFIX.length() + MAX_EPOCH + MAX_SEQ + body.length;
    }

    /** The number of bytes of {@link #frame}. */
    public static int length(StreamEntry entry) {
        Position at = entry.position();
        return PREFIX.length() + at.epoch().length() + Long.toString(at.seq()).length() + entry.body().length;
    }

    /** The entries as the messages of one frame. */
    public static JsonMessages messages(List<StreamEntry> entries) {
        return new JsonMessages(
                entries.size(), index -> length(entries.get(index)), index -> frame(entries.get(index)));
    }

    public static byte[] frame(StreamEntry entry) {
        Position at = entry.position();
        byte[] prefix =
                ("{\"epoch\":\"" + at.epoch() + "\",\"seq\":" + at.seq() + ",").getBytes(StandardCharsets.US_ASCII);
        byte[] body = entry.body();
        byte[] frame = new byte[prefix.length + body.length];
        System.arraycopy(prefix, 0, frame, 0, prefix.length);
        System.arraycopy(body, 0, frame, prefix.length, body.length);
        return frame;
    }
}
