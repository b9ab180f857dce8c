package dev.portcullis.edge.socket;

import dev.portcullis.protocol.codec.FrameChunks;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** A reply that is encoded and sent in fragments as the socket drains. */
final class StreamedReply {
    private static final int FRAGMENT_BYTES = 65_536;

    private final FrameChunks frame;
    private byte[] chunk = new byte[0];
    private int chunkOffset;
    private int left;

    StreamedReply(FrameChunks frame) {
        this.frame = frame;
        this.left = frame.length();
    }

    ByteBuf nextFragment(ChannelHandlerContext context) {
        boolean first = left == frame.length();
        int length = Math.min(FRAGMENT_BYTES, left);
        left -= length;
        ByteBuf fragment = WebSocketFrames.fragment(context.alloc(), first, finished(), length);
        for (int missing = length; missing > 0; ) {
            if (chunkOffset == chunk.length) {
                chunk = frame.next();
                chunkOffset = 0;
            }
            int some = Math.min(missing, chunk.length - chunkOffset);
            fragment.writeBytes(chunk, chunkOffset, some);
            chunkOffset += some;
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
