package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.http.AddressRange;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RecordedEvents;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections that come while the only event loop of a server works on something else. */
class ArrivalsTest {
    private static final int PER_ADDRESS = 3;

    private final MultiThreadIoEventLoopGroup acceptor = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final List<String> served = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() {
        blocked.countDown();
        var unusedLoop = loop.shutdownGracefully();
        var unusedAcceptor = acceptor.shutdownGracefully();
    }

    @Test
    void connections_wait_one_behind_the_other_and_are_served_once_the_loop_takes_them() {
        PendingConnectionLimit pending = pending(List.of());
        int port = port(listen(pending));
        block();
        try (RawPeer one = RawPeer.to(port);
                RawPeer two = RawPeer.to(port);
                RawPeer three = RawPeer.to(port)) {
            until(() -> pending.waiting() == 2);
            assertThat(pending.size()).as("each counts from its accept").isEqualTo(3);
            blocked.countDown();
            assertThat(List.of(one.rest(), two.rest(), three.rest())).containsOnly("served");
            assertThat(pending.waiting()).isZero();
            until(() -> pending.size() == 0);
        }
    }

    @Test
    void connection_that_has_to_make_room_is_closed_while_it_waits() {
        PendingConnectionLimit pending = pending(List.of());
        int port = port(listen(pending));
        block();
        try (RawPeer taken = RawPeer.to(port);
                RawPeer gone = RawPeer.to(port);
                RawPeer stays = RawPeer.to(port)) {
            until(() -> pending.waiting() == 2);
            try (RawPeer newer = RawPeer.to(port);
                    RawPeer newest = RawPeer.to(port)) {
                assertThat(gone.isCutOff()).isTrue();
                until(() -> pending.waiting() == 3);
                blocked.countDown();
                assertThat(List.of(stays.rest(), newer.rest(), newest.rest())).containsOnly("served");
                assertThat(taken.isCutOff())
                        .as("evicted while the loop took it on")
                        .isTrue();
            }
        }
    }

    @Test
    void connections_that_wait_are_closed_with_the_listener() {
        PendingConnectionLimit pending = pending(List.of());
        Channel listener = listen(pending);
        block();
        try (RawPeer taken = RawPeer.to(port(listener));
                RawPeer waits = RawPeer.to(port(listener))) {
            until(() -> pending.waiting() == 1);
            listener.close().syncUninterruptibly();
            assertThat(waits.isCutOff()).isTrue();
            assertThat(pending.waiting()).isZero();
            blocked.countDown();
            assertThat(taken.rest()).isEqualTo("served");
            until(() -> pending.size() == 0);
        }
    }

    @Test
    void connection_of_a_trusted_proxy_does_not_wait_behind_others() {
        PendingConnectionLimit pending =
                pending(List.of(AddressRange.parse("127.0.0.0/8").orElseThrow()));
        int port = port(listen(pending));
        block();
        try (RawPeer one = RawPeer.to(port);
                RawPeer two = RawPeer.to(port);
                RawPeer three = RawPeer.to(port)) {
            until(() -> pending.size() == 3);
            assertThat(pending.waiting()).isZero();
            blocked.countDown();
            assertThat(List.of(one.rest(), two.rest(), three.rest())).containsOnly("served");
        }
    }

    @Test
    void networks_take_turns_and_a_peer_that_has_gone_leaves_nothing() throws IOException {
        PendingConnectionLimit pending = pending(List.of());
        int port = port(listen(pending));
        block();
        try (RawPeer taken = RawPeer.to(port)) {
            RawPeer gone = RawPeer.to(port);
            try (RawPeer last = RawPeer.to(port)) {
                until(() -> pending.waiting() == 2);
                try (RawPeer other = fromAnotherAddress(port)) {
                    until(() -> pending.waiting() == 3);
                    gone.close();
                    blocked.countDown();
                    assertThat(List.of(taken.rest(), other.rest(), last.rest())).containsOnly("served");
                }
            }
        }
        assertThat(served).containsExactly("127.0.0.1", "127.0.0.1", "127.0.0.2", "127.0.0.1");
        until(() -> pending.size() == 0);
        assertThat(pending.waiting()).isZero();
    }

    @Test
    void connection_that_a_loop_does_not_take_keeps_the_next_one_waiting_for_a_time_only() {
        PendingConnectionLimit pending = pending(List.of());
        int port = port(listen(pending, 1));
        block();
        try (RawPeer one = RawPeer.to(port);
                RawPeer two = RawPeer.to(port);
                RawPeer three = RawPeer.to(port)) {
            until(() -> pending.size() == 3 && pending.waiting() == 0);
            blocked.countDown();
            assertThat(List.of(one.rest(), two.rest(), three.rest())).containsOnly("served");
        }
    }

    private static PendingConnectionLimit pending(List<AddressRange> trusted) {
        return new PendingConnectionLimit(
                new PendingLimits(100, PER_ADDRESS, 600_000),
                new ClientAddress(trusted),
                new Audit(new AuditConfig(10_000, 100), System::currentTimeMillis, new RecordedEvents()),
                new Metrics(new SimpleMeterRegistry())
                        .counters(Metric.PENDING_CONNECTIONS_CLOSED, PendingEnd.class, PendingEnd::id));
    }

    private Channel listen(PendingConnectionLimit pending) {
        return listen(pending, TimeUnit.HOURS.toNanos(1));
    }

    private Channel listen(PendingConnectionLimit pending, long longestNanos) {
        return new ServerBootstrap()
                .group(acceptor, loop)
                .channel(NioServerSocketChannel.class)
                .handler(new Arrivals(pending::accepted, pending, false, 1, longestNanos))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Serves());
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    private static RawPeer fromAnotherAddress(int port) throws IOException {
        InetAddress another = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
        return RawPeer.over(new Socket(InetAddress.getLoopbackAddress(), port, another, 0));
    }

    private static int port(Channel listener) {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    private void block() {
        loop.next().execute(() -> {
            try {
                blocked.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Says a word to each client, and closes its connection. */
    private final class Serves extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            served.add(((InetSocketAddress) context.channel().remoteAddress())
                    .getAddress()
                    .getHostAddress());
            var unused = context.writeAndFlush(Unpooled.copiedBuffer("served", StandardCharsets.US_ASCII))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static void until(BooleanSupplier condition) {
        assertThat(Await.until(condition)).isTrue();
    }
}
