package dev.portcullis.edge.tcp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;

/** Bytes that a peer has not read when its connection is aborted. */
public final class UnreadBytes {
    private UnreadBytes() {}

    /**
     * If bytes are still queued in the channel, makes the kernel drop its own on close: it would retransmit them for
     * minutes to a peer that does not read. Call it on the event loop, before the channel is closed.
     */
    public static void discard(Channel channel) {
        ChannelOutboundBuffer unread = channel.unsafe().outboundBuffer();
        if (unread == null || unread.totalPendingWriteBytes() == 0) {
            return;
        }
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException closed) {
            // the peer closed first, so nothing is queued
        }
    }
}
