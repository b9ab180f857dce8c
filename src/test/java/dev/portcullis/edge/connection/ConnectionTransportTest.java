package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.config.Live;
import dev.portcullis.edge.ScriptedEdge;
import dev.portcullis.edge.anomaly.AnomalyWatch;
import dev.portcullis.edge.connection.ConnectionLimiter.Slot;
import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.edge.transport.ClientProgress;
import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.edge.transport.FrameEncoding;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedFrame;
import dev.portcullis.edge.transport.SharedMessage;
import dev.portcullis.edge.transport.TransportKind;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.ratelimit.ConnectionBudget;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.streams.delivery.StreamHub;
import io.netty.buffer.Unpooled;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A connection serves any kind of transport: here one that is no WebSocket and has an encoding of its own. */
@ExtendWith(VertxExtension.class)
class ConnectionTransportTest {
    private static final byte[] FRAME = "{}".getBytes(StandardCharsets.UTF_8);

    private final MetricsRegistry registry = new MetricsRegistry();
    private final MemoryBudget memory = new MemoryBudget(1 << 20);
    private final List<Connection> closed = new ArrayList<>();
    private final List<Promise<FrameOutcome>> handled = new ArrayList<>();
    private final Line line = new Line();
    private Connection connection;

    @BeforeEach
    void open(Vertx vertx) {
        SocketConfig limits = SocketConfig.read(ScriptedEdge.DEFAULTS.section("limits"));
        Metrics metrics = new Metrics(registry.registry());
        LoopSubscribers rooms =
                new LoopSubscribers(vertx.getOrCreateContext(), new StreamHub(List.of()), memory, metrics, () -> 0);
        AnomalyWatch anomaly = ScriptedEdge.unwatched(metrics);
        ReplyWriter replies = new ReplyWriter(
                new Audit(AuditConfig.read(ScriptedEdge.DEFAULTS), () -> 0, new RecordedEvents()),
                metrics,
                anomaly.addresses(),
                () -> 0);
        Slot slot = new ConnectionLimiter(
                        ConnectionLimitsConfig.read(ScriptedEdge.DEFAULTS.section("limits"), 1 << 20, false))
                .acquire(List.of("a"), false)
                .fold(free -> free, full -> {
                    throw new AssertionError(full);
                });
        connection = new Connection(
                new RemoteClient("a", Optional.empty(), "", slot, 0, Optional.empty()),
                new Connection.Dependencies(rooms, replies, metrics, limits, memory, anomaly),
                closed::add,
                new ConnectionBudget(Live.fixed(RateLimitConfig.read(ScriptedEdge.DEFAULTS.section("ratelimit")))));
        connection.bind(line.open(connection));
        connection.acceptFrames(
                (from, utf8) -> {
                    Promise<FrameOutcome> outcome = Promise.promise();
                    handled.add(outcome);
                    return outcome.future();
                },
                Long.MAX_VALUE);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void frame_is_answered_through_the_transport_before_the_next_one_is_handled() {
        line.client().message(FRAME);
        line.client().message(FRAME);
        assertThat(handled).hasSize(1);
        handled.get(0).complete(new FrameOutcome.Reply(new ServerFrame.Pong(Optional.of("1"), 0)));
        assertThat(line.sent).containsExactly(new ServerFrame.Pong(Optional.of("1"), 0));
        assertThat(handled).hasSize(2);
    }

    @Test
    void transport_is_paused_while_frames_wait_and_resumed_behind_the_last() {
        for (int i = 0; i < 1_000 && !line.paused; i++) {
            line.client().message(FRAME);
        }
        assertThat(line.paused).isTrue();
        for (int i = 0; i < handled.size(); i++) {
            handled.get(i).complete(FrameOutcome.None.NONE);
        }
        assertThat(line.paused).isFalse();
    }

    @Test
    void message_is_delivered_in_the_encoding_of_the_transport() {
        SharedMessage shared = new SharedMessage("{}".getBytes(StandardCharsets.UTF_8), memory);
        connection.deliver(shared);
        shared.release();
        assertThat(line.shared).containsExactly("event {}");
    }

    @Test
    void next_frame_waits_until_the_transport_has_sent_a_replay() {
        line.replaying = true;
        line.client().message(FRAME);
        line.client().message(FRAME);
        handled.get(0).complete(FrameOutcome.None.NONE);
        assertThat(handled).hasSize(1);
        Objects.requireNonNull(line.whenReplayed).run();
        assertThat(handled).hasSize(2);
    }

    @Test
    void closed_transport_ends_the_connection_once() {
        connection.close(CloseCode.RESTARTING);
        assertThat(line.sentCode()).isEqualTo(CloseCode.RESTARTING);
        assertThat(connection.isClosing()).isTrue();
        line.client().message(FRAME);
        line.client().closed();
        assertThat(handled).isEmpty();
        assertThat(closed).containsExactly(connection);
    }

    /** The simplest transport: keeps what it is given. */
    private static final class Line implements ClientTransport {
        private final FrameEncoding event = (json, budget) -> new SharedFrame(
                Unpooled.copiedBuffer("event " + new String(json, StandardCharsets.UTF_8), StandardCharsets.UTF_8),
                budget);
        private final List<ServerFrame> sent = new ArrayList<>();
        private final List<String> shared = new ArrayList<>();
        private @Nullable Listener listener;
        private @Nullable Runnable whenReplayed;
        private @Nullable CloseCode code;
        private boolean replaying;
        private boolean paused;

        Line open(Listener opener) {
            listener = opener;
            return this;
        }

        Listener client() {
            return Objects.requireNonNull(listener);
        }

        @Override
        public TransportKind kind() {
            return TransportKind.WEBSOCKET;
        }

        @Override
        public FrameEncoding encoding() {
            return event;
        }

        @Override
        public void allow(int bytes) {
            // takes any size
        }

        @Override
        public void send(ServerFrame frame) {
            sent.add(frame);
        }

        @Override
        public void share(SharedFrame frame) {
            shared.add(frame.duplicate().toString(StandardCharsets.UTF_8));
        }

        @Override
        public void replay(ServerFrame frame) {
            sent.add(frame);
        }

        @Override
        public void replay(JsonMessages messages) {
            throw new AssertionError("nothing is replayed");
        }

        @Override
        public void whenReplayed(Runnable then) {
            if (replaying) {
                whenReplayed = then;
            } else {
                then.run();
            }
        }

        @Override
        public void ping() {
            // always alive
        }

        @Override
        public long sincePing(long now) {
            return 0;
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }

        @Override
        public void close(CloseCode why) {
            code = why;
            client().closing();
        }

        @Override
        public boolean closing() {
            return code != null;
        }

        @Override
        public @Nullable CloseCode sentCode() {
            return code;
        }

        @Override
        public long silentFor(long now) {
            return 0;
        }

        @Override
        public long unfinishedFor(long now) {
            return 0;
        }

        @Override
        public long unfinishedBytes() {
            return 0;
        }

        @Override
        public long stuckFor(long now) {
            return 0;
        }

        @Override
        public ClientProgress progress() {
            return new ClientProgress(false, 0, 0);
        }

        @Override
        public void queued(long bytes) {
            // nothing is bounded here
        }

        @Override
        public void answersLater() {}

        @Override
        public void inHand(long bytes) {
            // nothing is bounded here
        }

        @Override
        public long waitingBytes() {
            return 0;
        }
    }
}
