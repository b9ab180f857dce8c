package dev.portcullis.edge.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Encodes server-side WebSocket frames (RFC 6455 5.2). They are never masked, so one buffer serves all receivers. */
public final class WebSocketFrames {
    private static final int FINAL = 0x80;
    private static final int DEFLATED = 0x40; // RFC 7692 section 6
    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;

    private WebSocketFrames() {}

    /** A complete text message. The caller releases it after every receiver has its duplicate. */
    public static ByteBuf text(ByteBufAllocator allocator, byte[] utf8) {
        return frame(allocator, FINAL | TEXT, utf8);
    }

    /** A text message that was deflated: its first {@code length} bytes. */
    static ByteBuf deflatedText(ByteBufAllocator allocator, byte[] deflated, int length) {
        return head(allocator, FINAL | DEFLATED | TEXT, length).writeBytes(deflated, 0, length);
    }

    /** The header of a fragment of a text message, with room for {@code length} bytes, which the caller writes. */
    static ByteBuf fragment(ByteBufAllocator allocator, boolean first, boolean last, int length) {
        return head(allocator, (last ? FINAL : 0) | (first ? TEXT : CONTINUATION), length);
    }

    static ByteBuf ping(ByteBufAllocator allocator) {
        return frame(allocator, FINAL | PING, new byte[0]);
    }

    static ByteBuf pong(ByteBufAllocator allocator, byte[] payload) {
        return frame(allocator, FINAL | PONG, payload);
    }

    private static ByteBuf frame(ByteBufAllocator allocator, int head, byte[] payload) {
        return head(allocator, head, payload.length).writeBytes(payload);
    }

    private static ByteBuf head(ByteBufAllocator allocator, int head, int length) {
        ByteBuf frame = allocator.directBuffer(length + 10);
        frame.writeByte(head);
        if (length < 126) {
            frame.writeByte(length);
        } else if (length < 65_536) {
            frame.writeByte(126).writeShort(length);
        } else {
            frame.writeByte(127).writeLong(length);
        }
        return frame;
    }
}
