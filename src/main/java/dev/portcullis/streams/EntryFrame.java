package dev.portcullis.streams;

import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.Position;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The bytes of an entry as a client gets them: its place, put in front of what was stored. */
public final class EntryFrame {
    private static final String PLACE = "{\"epoch\":\"\",\"seq\":,";

    private static final int LONGEST_EPOCH = 32;
    private static final int LONGEST_SEQ = Long.toString(Long.MAX_VALUE).length();

    private EntryFrame() {}

    /** How many bytes a frame with this body can have, whatever its place will be. */
    public static int longest(byte[] body) {
        return PLACE.length() + LONGEST_EPOCH + LONGEST_SEQ + body.length;
    }

    /** How many bytes {@link #frame} has. */
    public static int length(StreamEntry entry) {
        Position at = entry.position();
        return PLACE.length() + at.epoch().length() + Long.toString(at.seq()).length() + entry.body().length;
    }

    /** As the messages of one frame. */
    public static JsonMessages messages(List<StreamEntry> entries) {
        return new JsonMessages() {
            @Override
            public int count() {
                return entries.size();
            }

            @Override
            public int length(int index) {
                return EntryFrame.length(entries.get(index));
            }

            @Override
            public byte[] text(int index) {
                return frame(entries.get(index));
            }
        };
    }

    public static byte[] frame(StreamEntry entry) {
        Position at = entry.position();
        byte[] place =
                ("{\"epoch\":\"" + at.epoch() + "\",\"seq\":" + at.seq() + ",").getBytes(StandardCharsets.US_ASCII);
        byte[] body = entry.body();
        byte[] frame = new byte[place.length + body.length];
        System.arraycopy(place, 0, frame, 0, place.length);
        System.arraycopy(body, 0, frame, place.length, body.length);
        return frame;
    }
}
