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

/** Driven by hand, except for the tests of its own timer. */
class TimerWheelTest {
    private static final int TICK_MS = 50;

    private final Vertx vertx = Vertx.vertx();
    private final List<Integer> ran = new ArrayList<>();
    private TimerWheel timers;
    private int ticks;

    @BeforeEach
    void createStoppedWheel() {
        timers = ManualTimerWheel.of(vertx);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void task_runs_never_early_and_at_most_two_ticks_late() {
        for (int millis :
                new int[] {0, 1, 49, 50, 51, 99, 100, 1_000, 25_549, 25_550, 25_600, 25_650, 51_200, 60_000}) {
            int startedAt = ticks;
            timers.in(millis, () -> ran.add(ticks - startedAt));
        }
        advance(60_000 / TICK_MS + 2);
        assertThat(ran).containsExactly(1, 2, 2, 2, 3, 3, 3, 21, 512, 512, 513, 514, 1_025, 1_201);
    }

    @Test
    void task_added_at_any_slot_runs_on_time() {
        advance(500);
        int startedAt = ticks;
        timers.in(30_000, () -> ran.add(ticks - startedAt));
        advance(1_200);
        assertThat(ran).containsExactly(601);
    }

    @Test
    void task_may_schedule_itself_again() {
        scheduleAgain();
        advance(10);
        assertThat(ran).containsExactly(2, 4, 6, 8, 10);
    }

    @Test
    void started_wheel_runs_tasks_by_its_own_timer() throws Exception {
        TimerWheel wheel = new TimerWheel(vertx);
        CompletableFuture<Void> run = new CompletableFuture<>();
        vertx.runOnContext(any -> wheel.in(100, () -> run.complete(null)));
        run.get(30, TimeUnit.SECONDS);
        wheel.stop(vertx);
    }

    /** After the block the timer fires all missed ticks at once. */
    @Test
    void task_added_after_a_blocked_event_loop_does_not_run_early() throws Exception {
        Context loop = vertx.getOrCreateContext();
        CompletableFuture<TimerWheel> started = new CompletableFuture<>();
        loop.runOnContext(any -> {
            TimerWheel wheel = new TimerWheel(vertx);
            wheel.in(0, () -> started.complete(wheel));
        });
        TimerWheel wheel = started.get(30, TimeUnit.SECONDS);
        CompletableFuture<Long> elapsed = new CompletableFuture<>();
        loop.runOnContext(any -> {
            Await.pass(Duration.ofSeconds(1));
            long startedAt = System.nanoTime();
            wheel.in(500, () -> elapsed.complete(System.nanoTime() - startedAt));
        });
        assertThat(elapsed.get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
        loop.runOnContext(any -> wheel.stop(vertx));
    }

    private void scheduleAgain() {
        timers.in(TICK_MS, () -> {
            ran.add(ticks);
            scheduleAgain();
        });
    }

    private void advance(int count) {
        for (int i = 0; i < count; i++) {
            ticks++;
            timers.tick();
        }
    }
}
