package dev.portcullis.edge.socket;

import dev.portcullis.protocol.codec.FrameChunks;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** An answer that goes out in fragments as the socket drains, and is encoded no sooner. */
final class StreamedReply {
    private static final int STEP = 65_536;

    private final FrameChunks frame;
    private byte[] piece = new byte[0];
    private int taken;
    private int left;

    StreamedReply(FrameChunks frame) {
        this.frame = frame;
        this.left = frame.length();
    }

    ByteBuf step(ChannelHandlerContext context) {
        boolean first = left == frame.length();
        int length = Math.min(STEP, left);
        left -= length;
        ByteBuf fragment = WebSocketFrames.fragment(context.alloc(), first, finished(), length);
        for (int missing = length; missing > 0; ) {
            if (taken == piece.length) {
                piece = frame.next();
                taken = 0;
            }
            int some = Math.min(missing, piece.length - taken);
            fragment.writeBytes(piece, taken, some);
            taken += some;
            missing -= some;
        }
        return fragment;
    }

    int length() {
        return frame.length();
    }

    boolean finished() {
        return left == 0;
    }
}
