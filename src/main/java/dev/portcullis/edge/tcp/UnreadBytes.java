package dev.portcullis.edge.tcp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;

/** What a peer has left unread when its connection is cut. */
public final class UnreadBytes {
    private UnreadBytes() {}

    /**
     * Where something still waits in the channel, the kernel is to forget what it has taken too: it would offer it to a
     * peer that does not read for minutes. On the event loop, before the channel is closed.
     */
    public static void discard(Channel channel) {
        ChannelOutboundBuffer unread = channel.unsafe().outboundBuffer();
        if (unread == null || unread.totalPendingWriteBytes() == 0) {
            return;
        }
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException gone) {
            // the peer was faster, and nothing waits for it
        }
    }
}
