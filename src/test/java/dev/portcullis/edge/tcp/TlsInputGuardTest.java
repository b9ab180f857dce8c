package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.SelfSigned;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
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
    private static final int RECORD_HEADER = 5;
    private static final int HANDSHAKE = 22;
    private static final int TLS_1_2 = 0x0303;

    private final Wire wire = new Wire();
    private final StringBuilder received = new StringBuilder();
    private SslContext ours;
    private SslContext theirs;
    private EmbeddedChannel server;
    private EmbeddedChannel client;
    private SSLEngine engine;

    /** Flushes only while {@code read} is set. */
    @Sharable
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
        ours = SslContextBuilder.forServer(
                        files.certificate().toFile(), files.key().toFile())
                .protocols("TLSv1.3")
                .build();
        theirs = SslContextBuilder.forClient()
                .trustManager(files.certificate().toFile())
                .endpointIdentificationAlgorithm(null)
                .protocols("TLSv1.3")
                .build();
        server = newServer();
        SslHandler tls = theirs.newHandler(UnpooledByteBufAllocator.DEFAULT);
        engine = tls.engine();
        client = new EmbeddedChannel(tls);
        exchangeAll();
        assertThat(isSecure(server)).isTrue();
        assertThat(isSecure(client)).isTrue();
    }

    private EmbeddedChannel newServer() {
        EmbeddedChannel channel = new EmbeddedChannel(
                wire,
                new TlsInputGuard(),
                ours.newHandler(UnpooledByteBufAllocator.DEFAULT),
                new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        ByteBuf bytes = (ByteBuf) message;
                        received.append(bytes.toString(StandardCharsets.US_ASCII));
                        bytes.release();
                    }
                });
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(BOUND / 2, BOUND));
        return channel;
    }

    @AfterEach
    void close() {
        server.finishAndReleaseAll();
        client.finishAndReleaseAll();
    }

    @Test
    void peer_that_sends_key_updates_without_reading_is_not_read() throws SSLException {
        wire.read = false;
        server.writeInbound(keyUpdatesAmongData());
        assertThat(pending()).isBetween(1L, 2L * BOUND);
        assertThat(server.config().isAutoRead()).isFalse();
        wire.read = true;
        server.flush();
        assertThat(pending()).isZero();
        assertThat(server.config().isAutoRead()).as("reading continues").isTrue();
        server.writeInbound(record("later"));
        assertThat(received.toString()).endsWith("later");
    }

    @Test
    void data_behind_key_updates_is_received_once_the_peer_reads() throws SSLException {
        wire.read = false;
        server.writeInbound(Unpooled.wrappedBuffer(keyUpdatesAmongData(), record("behind")));
        assertThat(received.toString()).doesNotContain("behind");
        wire.read = true;
        server.flush();
        assertThat(received.toString()).endsWith("behind");
    }

    @Test
    void peer_that_sends_nothing_but_key_updates_is_closed() throws SSLException {
        server.writeInbound(keyUpdates(TlsInputGuard.RECORDS_WITHOUT_DATA - 10));
        server.writeInbound(record("data"), keyUpdates(TlsInputGuard.RECORDS_WITHOUT_DATA));
        assertThat(server.isOpen()).as("data between them").isTrue();
        server.writeInbound(keyUpdates(1));
        assertThat(server.isOpen()).isFalse();
        assertThat(received).hasToString("data");
    }

    @Test
    void hello_in_records_of_one_byte_is_closed_unread() {
        reconnect(1);
        assertThat(server.isOpen()).isFalse();
        assertThat(isSecure(client)).isFalse();
    }

    @Test
    void hello_in_a_few_records_is_answered() {
        reconnect(10);
        exchangeAll();
        assertThat(isSecure(client)).isTrue();
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

    /** With a hello in records of so many bytes each. */
    private void reconnect(int bytes) {
        close();
        server = newServer();
        client = new EmbeddedChannel(theirs.newHandler(UnpooledByteBufAllocator.DEFAULT));
        client.runPendingTasks();
        ByteBuf hello = client.readOutbound();
        hello.skipBytes(RECORD_HEADER);
        ByteBuf records = Unpooled.buffer();
        while (hello.isReadable()) {
            int size = Math.min(bytes, hello.readableBytes());
            records.writeByte(HANDSHAKE).writeShort(TLS_1_2).writeShort(size).writeBytes(hello, size);
        }
        hello.release();
        server.writeInbound(records);
    }

    private static boolean isSecure(EmbeddedChannel channel) {
        return channel.pipeline().get(SslHandler.class).handshakeFuture().isSuccess();
    }

    private void exchangeAll() {
        while (exchange()) {
            // until neither side has output
        }
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

    /** Two thousand, and so little data that it is the key updates which cost. */
    private ByteBuf keyUpdatesAmongData() throws SSLException {
        ByteBuf all = Unpooled.buffer();
        for (int i = 0; i < 20; i++) {
            ByteBuf updates = keyUpdates(100);
            ByteBuf data = record("x");
            all.writeBytes(updates).writeBytes(data);
            updates.release();
            data.release();
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
