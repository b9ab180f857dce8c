package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Driven by hand, but for the one test of its timer. */
class TimerWheelTest {
    private static final int TICK_MS = 50;

    private final Vertx vertx = Vertx.vertx();
    private final List<Integer> ran = new ArrayList<>();
    private TimerWheel timers;
    private int ticks;

    @BeforeEach
    void stopItsTimer() {
        timers = ManualTimerWheel.of(vertx);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void nothing_runs_early_and_nothing_more_than_two_ticks_late() {
        for (int millis :
                new int[] {0, 1, 49, 50, 51, 99, 100, 1_000, 25_549, 25_550, 25_600, 25_650, 51_200, 60_000}) {
            int begun = ticks;
            timers.in(millis, () -> ran.add(ticks - begun));
        }
        turn(60_000 / TICK_MS + 2);
        assertThat(ran).containsExactly(1, 2, 2, 2, 3, 3, 3, 21, 512, 512, 513, 514, 1_025, 1_201);
    }

    @Test
    void it_does_not_matter_where_it_stands() {
        turn(500);
        int begun = ticks;
        timers.in(30_000, () -> ran.add(ticks - begun));
        turn(1_200);
        assertThat(ran).containsExactly(601);
    }

    @Test
    void a_task_may_put_itself_in_again() {
        again();
        turn(10);
        assertThat(ran).containsExactly(2, 4, 6, 8, 10);
    }

    @Test
    void it_turns_by_itself_until_it_is_stopped() throws Exception {
        TimerWheel turning = new TimerWheel(vertx);
        CompletableFuture<Void> run = new CompletableFuture<>();
        vertx.runOnContext(any -> turning.in(100, () -> run.complete(null)));
        run.get(30, TimeUnit.SECONDS);
        turning.stop(vertx);
    }

    /** The timer makes up for the ticks of that time all at once. */
    @Test
    void nothing_runs_early_after_the_event_loop_stood_still() throws Exception {
        Context loop = vertx.getOrCreateContext();
        CompletableFuture<TimerWheel> turns = new CompletableFuture<>();
        loop.runOnContext(any -> {
            TimerWheel turning = new TimerWheel(vertx);
            turning.in(0, () -> turns.complete(turning));
        });
        TimerWheel turning = turns.get(30, TimeUnit.SECONDS);
        CompletableFuture<Long> took = new CompletableFuture<>();
        loop.runOnContext(any -> {
            Await.pass(Duration.ofSeconds(1));
            long begun = System.nanoTime();
            turning.in(500, () -> took.complete(System.nanoTime() - begun));
        });
        assertThat(took.get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
        loop.runOnContext(any -> turning.stop(vertx));
    }

    private void again() {
        timers.in(TICK_MS, () -> {
            ran.add(ticks);
            again();
        });
    }

    private void turn(int count) {
        for (int i = 0; i < count; i++) {
            ticks++;
            timers.tick();
        }
    }
}
