package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.SelfSigned;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Uses the JDK's TLS on both sides, without a socket in between. */
class TlsInputGuardTest {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int RECORD = 17_000;
    private static final int BOUND = 16_384;

    private final Wire wire = new Wire();
    private final StringBuilder received = new StringBuilder();
    private EmbeddedChannel server;
    private EmbeddedChannel client;
    private SSLEngine engine;

    /** Flushes only while {@code read} is set. */
    private static final class Wire extends ChannelOutboundHandlerAdapter {
        private boolean read = true;

        @Override
        public void flush(ChannelHandlerContext context) {
            if (read) {
                context.flush();
            }
        }
    }

    @BeforeEach
    void shakeHands() throws SSLException {
        SelfSigned files = SelfSigned.any();
        SslHandler ours = SslContextBuilder.forServer(
                        files.certificate().toFile(), files.key().toFile())
                .protocols("TLSv1.3")
                .build()
                .newHandler(UnpooledByteBufAllocator.DEFAULT);
        SslHandler theirs = SslContextBuilder.forClient()
                .trustManager(files.certificate().toFile())
                .endpointIdentificationAlgorithm(null)
                .protocols("TLSv1.3")
                .build()
                .newHandler(UnpooledByteBufAllocator.DEFAULT);
        engine = theirs.engine();
        server = new EmbeddedChannel(wire, new TlsInputGuard(), ours, new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                ByteBuf bytes = (ByteBuf) message;
                received.append(bytes.toString(StandardCharsets.US_ASCII));
                bytes.release();
            }
        });
        server.config().setWriteBufferWaterMark(new WriteBufferWaterMark(BOUND / 2, BOUND));
        client = new EmbeddedChannel(theirs);
        while (exchange()) {
            // until neither side has output
        }
        assertThat(ours.handshakeFuture().isSuccess()).isTrue();
        assertThat(theirs.handshakeFuture().isSuccess()).isTrue();
    }

    @AfterEach
    void close() {
        server.finishAndReleaseAll();
        client.finishAndReleaseAll();
    }

    @Test
    void peer_that_sends_key_updates_without_reading_is_not_read() throws SSLException {
        wire.read = false;
        server.writeInbound(keyUpdates(2_000));
        assertThat(pending()).isBetween(1L, 2L * BOUND);
        assertThat(server.config().isAutoRead()).isFalse();
        wire.read = true;
        server.flush();
        assertThat(pending()).isZero();
        assertThat(server.config().isAutoRead()).as("reading continues").isTrue();
        server.writeInbound(record("later"));
        assertThat(received).hasToString("later");
    }

    @Test
    void data_behind_key_updates_is_received_once_the_peer_reads() throws SSLException {
        wire.read = false;
        server.writeInbound(Unpooled.wrappedBuffer(keyUpdates(2_000), record("behind")));
        assertThat(received).isEmpty();
        wire.read = true;
        server.flush();
        assertThat(received).hasToString("behind");
    }

    @Test
    void close_notify_closes_the_connection() throws SSLException {
        ByteBuf last = record("last");
        engine.closeOutbound();
        server.writeInbound(Unpooled.wrappedBuffer(last, wrapped(NOTHING)));
        assertThat(received).hasToString("last");
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void handler_without_tls_removes_itself() {
        EmbeddedChannel plain = new EmbeddedChannel(new TlsInputGuard());
        plain.writeInbound(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII));
        ByteBuf read = plain.readInbound();
        assertThat(read.toString(StandardCharsets.US_ASCII)).isEqualTo("hello");
        assertThat(plain.pipeline().get(TlsInputGuard.class)).isNull();
        read.release();
        plain.finishAndReleaseAll();
    }

    private boolean exchange() {
        boolean any = move(client, server);
        return move(server, client) || any;
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        ByteBuf output = from.readOutbound();
        if (output == null) {
            return false;
        }
        to.writeInbound(output);
        return true;
    }

    private ByteBuf keyUpdates(int number) throws SSLException {
        ByteBuf all = Unpooled.buffer();
        for (int i = 0; i < number; i++) {
            engine.beginHandshake();
            ByteBuf one = wrapped(NOTHING);
            all.writeBytes(one);
            one.release();
        }
        return all;
    }

    private ByteBuf record(String text) throws SSLException {
        return wrapped(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private ByteBuf wrapped(ByteBuffer plain) throws SSLException {
        ByteBuffer record = ByteBuffer.allocate(RECORD);
        engine.wrap(plain, record);
        return Unpooled.wrappedBuffer(record.flip());
    }

    private long pending() {
        ChannelOutboundBuffer buffer = Objects.requireNonNull(server.unsafe().outboundBuffer());
        return buffer.totalPendingWriteBytes();
    }
}
