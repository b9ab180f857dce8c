package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LingeringCloseTest {
    private static final int LIMIT = 100;

    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void open() {
        channel.pipeline().addLast("decoder", new HoldsTooMuch());
        LingeringClose.install(channel, "decoder", 60_000, LIMIT);
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void handler_that_holds_too_much_stops_no_reads_after_the_close() {
        var unused = channel.close();
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[LIMIT - 1]));
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(channel.isActive()).isTrue();
        assertThat(channel.inboundMessages()).isEmpty();
    }

    @Test
    void nothing_is_read_beyond_the_limit() {
        var unused = channel.close();
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[LIMIT + 1]));
        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(channel.isActive()).isTrue();
    }

    @Test
    void handler_stops_the_reads_of_an_open_connection() {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[1]));
        assertThat(channel.config().isAutoRead()).isFalse();
    }

    /** As Vert.x, where a request is paused. */
    private static final class HoldsTooMuch extends ChannelInboundHandlerAdapter {
        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.channel().config().setAutoRead(false);
        }
    }
}
