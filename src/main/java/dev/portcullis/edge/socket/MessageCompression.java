package dev.portcullis.edge.socket;

import dev.portcullis.edge.transport.FrameEncoding;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * The compression of the sockets of one event loop. Only messages that many receive are compressed: once for all of
 * them, each by itself, and none that holds a secret (CRIME, CVE-2012-4929).
 */
public final class MessageCompression {
    /** A shorter message gains less than its compression costs. */
    private static final int MIN_BYTES = 128;

    private static final int TAIL_BYTES = 4;

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final FrameEncoding encoding = this::encode;
    private @Nullable MessageInflater spare;

    FrameEncoding encoding() {
        return encoding;
    }

    /** One for a message that begins. */
    MessageInflater take() {
        MessageInflater taken = spare == null ? new MessageInflater() : spare;
        spare = null;
        return taken;
    }

    /** Most messages have one frame, so that one inflater serves all sockets. */
    void giveBack(MessageInflater used) {
        if (spare == null) {
            used.reset();
            spare = used;
        } else {
            used.end();
        }
    }

    private SharedFrame encode(byte[] json, MemoryBudget memory) {
        byte[] deflated = new byte[json.length];
        int length = json.length < MIN_BYTES ? deflated.length : deflate(json, deflated);
        ByteBuf frame = length < json.length
                ? WebSocketFrames.deflatedText(PooledByteBufAllocator.DEFAULT, deflated, length)
                : WebSocketFrames.text(PooledByteBufAllocator.DEFAULT, json);
        return new SharedFrame(frame, memory);
    }

    /** RFC 7692 section 7.2.1: without the last four bytes of the flush. */
    private int deflate(byte[] json, byte[] into) {
        deflater.reset();
        deflater.setInput(json);
        int length = deflater.deflate(into, 0, into.length, Deflater.SYNC_FLUSH);
        return length < into.length ? length - TAIL_BYTES : length;
    }
}
