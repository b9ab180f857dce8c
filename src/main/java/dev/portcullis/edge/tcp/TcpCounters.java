package dev.portcullis.edge.tcp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The kernel's counters of a connection. The kernel may hold hundreds of kilobytes that the peer has yet to take, and a slow
 * line takes many seconds for them; so a write that the kernel took says nothing of the peer.
 *
 * @param acknowledged bytes that the peer's kernel has taken
 * @param received bytes that came from the peer
 * @param awaitsPeer whether bytes were sent that the peer's kernel has not taken
 */
public record TcpCounters(long acknowledged, long received, boolean awaitsPeer) {
    private static final TcpCounters UNKNOWN = new TcpCounters(0, 0, false);

    /** Fields of Linux's {@code struct tcp_info}, which never change their place; a kernel before 4.6 has fewer. */
    private static final int UNACKNOWLEDGED_SEGMENTS = 24;

    private static final int ACKNOWLEDGED = 120;
    private static final int RECEIVED = 128;
    private static final int UNSENT = 144;
    private static final int LENGTH = 148;

    private static final RawUnixChannelOption TCP_INFO = new RawUnixChannelOption("TCP_INFO", 6, 11, LENGTH);

    /** All zero where the transport does not tell, or the connection has ended. Any thread may call it. */
    public static TcpCounters of(Channel channel) {
        try {
            ByteBuffer info = channel.config().getOption(TCP_INFO);
            return info == null ? UNKNOWN : read(info.order(ByteOrder.nativeOrder()));
        } catch (ChannelException ended) {
            return UNKNOWN;
        }
    }

    /**
     * Fields that the kernel does not have are zero. Where it counts bytes, a connection whose request has come has received
     * some.
     */
    static TcpCounters read(ByteBuffer info) {
        long received = info.getLong(RECEIVED);
        return received == 0
                ? UNKNOWN
                : new TcpCounters(
                        info.getLong(ACKNOWLEDGED),
                        received,
                        info.getInt(UNACKNOWLEDGED_SEGMENTS) != 0 || info.getInt(UNSENT) != 0);
    }
}
