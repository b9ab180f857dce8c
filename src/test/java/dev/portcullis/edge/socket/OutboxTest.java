package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedFrame;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.codec.FrameChunks;
import dev.portcullis.protocol.codec.ServerFrame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final int MESSAGE = 50_000;

    private final MemoryBudget memory = new MemoryBudget(1 << 20);
    private final LoadShedder shedder = new LoadShedder(memory);
    private final Peer peer = new Peer();
    private final EmbeddedChannel channel = new EmbeddedChannel(peer, new ChannelInboundHandlerAdapter());
    private final Outbox outbox = new Outbox(
            channel.pipeline().lastContext(),
            new FlushCoalescer(channel.eventLoop(), channel.eventLoop()),
            SocketConfig.read(Section.root(Map.of(), new ConfigReading(Map.of(), Path.of(".")))
                    .section("limits")),
            shedder,
            code -> fail("nothing overflows, but closed with " + code));

    @AfterEach
    void close() {
        channel.releaseOutbound();
    }

    @Test
    void replay_counts_until_its_last_fragment_has_left_the_channel() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(16_384, 32_768));
        outbox.replay(history());
        assertThat(channel.isWritable()).as("all of it was written").isFalse();
        assertThat(outbox.replaying()).isTrue();
        assertThat(outbox.heldBytes()).isGreaterThan(MESSAGE);
        peer.reads = true;
        channel.flush();
        outbox.drain();
        assertThat(outbox.replaying()).isFalse();
        assertThat(memory.used()).isZero();
    }

    @Test
    void replay_to_a_closed_peer_is_dropped_and_leaves_no_memory_in_use() {
        var unused = channel.closeFuture().addListener(any -> outbox.drop());
        peer.reset = true;
        while (channel.isOpen()) { // one of the first writes flushes, and so closes
            outbox.replay(history());
        }
        assertThat(outbox.replaying()).isFalse();
        assertThat(memory.used()).isZero();
    }

    /** A client that dies with unread bytes resets its connection, often within a burst. */
    @Test
    void live_frames_to_a_peer_that_is_reset_within_a_burst_leave_no_memory_in_use() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(16_384, 32_768));
        var unused = channel.closeFuture().addListener(any -> outbox.drop());
        SharedFrame frame = new SharedFrame(WebSocketFrames.text(channel.alloc(), new byte[MESSAGE]), memory);
        assertThat(outbox.enqueue(frame)).isTrue();
        peer.reset = true;
        assertThat(outbox.enqueue(frame)).as("dropped, and no slow reader").isTrue();
        assertThat(channel.isOpen()).isFalse();
        assertThat(outbox.enqueue(frame)).isTrue();
        frame.release();
        assertThat(shedder.waitingBytes()).isZero();
        assertThat(memory.used()).isZero();
    }

    /** Its close frame is already sent. */
    @Test
    void dropped_outbox_sends_no_pending_ping_or_pong() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(16_384, 32_768));
        outbox.replay(history());
        outbox.ping();
        outbox.pong(new byte[] {1});
        outbox.drop();
        peer.reads = true;
        channel.flush();
        outbox.drain();
        channel.flush();
        List<Integer> heads = new ArrayList<>();
        for (ByteBuf frame = channel.readOutbound(); frame != null; frame = channel.readOutbound()) {
            heads.add(frame.getByte(0) & 0x0F);
            frame.release();
        }
        assertThat(heads).isNotEmpty().doesNotContain(0x9, 0xA);
    }

    @Test
    void live_frame_counts_as_waiting_until_the_channel_takes_it() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(16_384, 32_768));
        outbox.replay(history());
        SharedFrame frame = new SharedFrame(WebSocketFrames.text(channel.alloc(), new byte[100]), memory);
        assertThat(outbox.enqueue(frame)).isTrue();
        assertThat(shedder.waitingBytes()).isEqualTo(frame.bytes());
        peer.reads = true;
        channel.flush();
        outbox.drain();
        frame.release();
        assertThat(shedder.waitingBytes()).isZero();
    }

    private static FrameChunks history() {
        byte[] message = ("{\"content\":\"" + "x".repeat(MESSAGE) + "\"}").getBytes(StandardCharsets.UTF_8);
        return FrameChunks.of(new ServerFrame.History(
                Optional.empty(),
                new Target.ToRoom(new RoomId("lobby")),
                "e",
                JsonMessages.of(List.of(message)),
                false,
                false));
    }

    /** Flushes only while it reads, and closes on flush after a reset. */
    private static final class Peer extends ChannelOutboundHandlerAdapter {
        private boolean reads;
        private boolean reset;

        @Override
        public void flush(ChannelHandlerContext context) {
            if (reset) {
                var unused = context.close();
            } else if (reads) {
                context.flush();
            }
        }
    }
}
