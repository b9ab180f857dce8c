package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.codec.ServerFrame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DrainTest {
    private final AtomicBoolean calls = new AtomicBoolean();
    private ScriptedEdge edge;

    @BeforeEach
    void open() throws Exception {
        edge = new ScriptedEdge();
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
    }

    /** The store may take seconds; a client that is closed before would not know whether its message is published. */
    @Test
    void frame_that_is_answered_late_is_answered_before_its_connection_closes() throws Exception {
        Promise<FrameOutcome> outcome = Promise.promise();
        edge.path((from, utf8) -> outcome.future());
        try (JdkPeer peer = edge.enter()) {
            peer.send("{\"type\": \"ping\", \"id\": \"p\"}");
            assertThat(Await.until(() -> onLoop(() -> edge.open.get(0).awaitsAnswer())))
                    .isTrue();

            Future<Void> drained =
                    onLoop(() -> new Drain(edge.vertx, new TimerWheel(edge.vertx), calls::get, System::nanoTime)
                            .begin(() -> List.copyOf(edge.open), 0, 1_000));

            assertThat(peer.next("server_draining").getLong("reconnectInMs")).isZero();
            Await.pass(Duration.ofSeconds(1));
            assertThat(peer.isOpen()).isTrue();
            onLoop(() -> outcome.tryComplete(new FrameOutcome.Reply(new ServerFrame.Pong(Optional.of("p"), 1))));
            assertThat(peer.next("pong").getString("id")).isEqualTo("p");
            assertThat(peer.ended()).isEqualTo(1012);
            drained.await(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void frame_without_an_answer_holds_the_drain_up_for_a_time_only() throws Exception {
        edge.path((from, utf8) -> Promise.<FrameOutcome>promise().future());
        try (JdkPeer peer = edge.enter()) {
            peer.send("{\"type\": \"ping\"}");
            assertThat(Await.until(() -> onLoop(() -> edge.open.get(0).awaitsAnswer())))
                    .isTrue();
            onLoop(() -> new Drain(edge.vertx, new TimerWheel(edge.vertx), calls::get, System::nanoTime)
                            .begin(() -> List.copyOf(edge.open), 0, 1_000))
                    .await(30, TimeUnit.SECONDS);
            assertThat(peer.ended()).isEqualTo(1012);
        }
    }

    /** As a virtual machine that is moved to another host. */
    @Test
    void process_that_was_halted_closes_its_connections_before_the_drain_is_over() throws Exception {
        AtomicLong halted = new AtomicLong();
        TimerWheel timers = new TimerWheel(edge.vertx);
        try (JdkPeer peer = edge.enter()) {
            Future<Void> drained =
                    onLoop(() -> new Drain(edge.vertx, timers, calls::get, () -> System.nanoTime() + halted.get())
                            .begin(() -> List.copyOf(edge.open), 1_000, 1_000)
                            .onComplete(any -> timers.stop(edge.vertx)));
            halted.set(TimeUnit.MINUTES.toNanos(1));

            assertThat(peer.next("server_draining").getLong("reconnectInMs")).isPositive();
            assertThat(peer.ended()).isEqualTo(1012);
            drained.await(30, TimeUnit.SECONDS);
        }
    }

    /** Its client would not know whether it took effect. */
    @Test
    void call_that_is_processed_holds_the_drain_up_until_it_is_answered() throws Exception {
        calls.set(true);
        Future<Void> drained =
                onLoop(() -> new Drain(edge.vertx, new TimerWheel(edge.vertx), calls::get, System::nanoTime)
                        .begin(() -> List.copyOf(edge.open), 60_000, 1_000));
        Await.pass(Duration.ofMillis(200));
        assertThat(drained.isComplete()).isFalse();
        calls.set(false);
        drained.await(30, TimeUnit.SECONDS);
    }

    @Test
    void call_that_is_not_answered_holds_the_drain_up_for_a_time_only() throws Exception {
        calls.set(true);
        onLoop(() -> new Drain(edge.vertx, new TimerWheel(edge.vertx), calls::get, System::nanoTime)
                        .begin(() -> List.copyOf(edge.open), 0, 100))
                .await(30, TimeUnit.SECONDS);
    }

    private <T> T onLoop(Supplier<T> task) {
        try {
            return edge.onLoop(task);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
