package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.JsonMessages;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

/** The bytes of a frame in chunks, each made when it is requested. */
public final class FrameChunks implements Iterator<byte[]> {
    private static final byte[] COMMA = {','};
    private static final byte[] NO_TEXT = {};

    /** The frame without its messages, and the offset at which they belong. */
    private final byte[] text;

    private final int split;
    private final JsonMessages messages;
    private final int length;
    private int next;

    private FrameChunks(byte[] text, int split, JsonMessages messages) {
        this.text = text;
        this.split = split;
        this.messages = messages;
        int sum = text.length + Math.max(0, messages.count() - 1);
        for (int i = 0; i < messages.count(); i++) {
            sum += messages.length(i);
        }
        this.length = sum;
    }

    /** Of a frame with messages, which may be large. */
    public static FrameChunks of(ServerFrame frame) {
        return of(frame, frame.write().close());
    }

    private static FrameChunks of(ServerFrame frame, JsonWriter json) {
        return new FrameChunks(json.toBytes(), json.split(), frame.messages());
    }

    /** All bytes of a frame at once. */
    public static byte[] encode(ServerFrame frame) {
        JsonWriter json = frame.write().close();
        return frame.messages().count() == 0 ? json.toBytes() : whole(of(frame, json));
    }

    private static byte[] whole(FrameChunks chunks) {
        byte[] whole = new byte[chunks.length];
        int size = 0;
        while (chunks.hasNext()) {
            byte[] chunk = chunks.next();
            System.arraycopy(chunk, 0, whole, size, chunk.length);
            size += chunk.length;
        }
        return whole;
    }

    /** Each of the messages as a frame of its own. */
    public static List<FrameChunks> separate(JsonMessages messages) {
        return IntStream.range(0, messages.count())
                .mapToObj(index -> new FrameChunks(
                        NO_TEXT, 0, new JsonMessages(1, only -> messages.length(index), only -> messages.text(index))))
                .toList();
    }

    /** The number of bytes of all chunks. */
    public int length() {
        return length;
    }

    @Override
    public boolean hasNext() {
        return next <= last();
    }

    /** First the text before the messages, then the messages with commas between them, then the text after them. */
    @Override
    public byte[] next() {
        int index = next++;
        if (index == 0) {
            return Arrays.copyOf(text, split);
        }
        if (index < last()) {
            return index % 2 == 0 ? COMMA : messages.text(index / 2);
        }
        if (index == last()) {
            return Arrays.copyOfRange(text, split, text.length);
        }
        throw new NoSuchElementException();
    }

    private int last() {
        return messages.count() == 0 ? 1 : 2 * messages.count();
    }
}
