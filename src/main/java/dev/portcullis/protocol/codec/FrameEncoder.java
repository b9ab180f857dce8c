package dev.portcullis.protocol.codec;

/** Encodes the server's own frames as JSON. */
public final class FrameEncoder {
    private FrameEncoder() {}

    public static byte[] encode(ServerFrame frame) {
        FrameChunks chunks = chunks(frame);
        byte[] whole = new byte[chunks.length()];
        int size = 0;
        while (chunks.hasNext()) {
            byte[] chunk = chunks.next();
            System.arraycopy(chunk, 0, whole, size, chunk.length);
            size += chunk.length;
        }
        return whole;
    }

    /** Encodes a frame with messages, which may be large. */
    public static FrameChunks chunks(ServerFrame frame) {
        JsonWriter json = frame.write().close();
        return new FrameChunks(json.toBytes(), json.split(), frame.messages());
    }
}
