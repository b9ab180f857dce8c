package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Driven by hand, except for the tests of its own timer. */
@ExtendWith(VertxExtension.class)
class TimerWheelTest {
    private static final int TICK_MS = 50;

    private final List<Integer> ran = new ArrayList<>();
    private TimerWheel timers;
    private int ticks;

    @BeforeEach
    void createStoppedWheel(Vertx vertx) {
        timers = ManualTimerWheel.of(vertx);
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
    void tasks_that_may_be_late_run_together() {
        for (int i = 0; i < 12; i++) {
            timers.in(timers.untilStep(30_000), () -> ran.add(ticks));
            advance(1);
        }
        advance(620);
        assertThat(ran)
                .hasSize(12)
                .allMatch(tick -> tick % 5 == 0)
                .allMatch(tick -> tick >= 601 && tick < 601 + 12 + 5);
        assertThat(ran.stream().distinct()).hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void short_times_are_not_made_longer() {
        advance(3);
        assertThat(timers.untilStep(4_999)).isEqualTo(4_999);
        assertThat(timers.untilStep(5_000)).isBetween(5_000L, 5_200L);
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
    void started_wheel_runs_tasks_by_its_own_timer(Vertx vertx, VertxTestContext test) {
        vertx.runOnContext(any -> new TimerWheel(vertx).in(100, test::completeNow));
    }

    /** Otherwise the second one would run after a minute. */
    @Test
    void task_that_is_due_before_those_that_wait_runs_first(Vertx vertx, VertxTestContext test) {
        vertx.runOnContext(any -> {
            TimerWheel wheel = new TimerWheel(vertx);
            wheel.in(60_000, () -> test.failNow("the later one came first"));
            wheel.in(100, test::completeNow);
        });
    }

    @Test
    void wheel_without_tasks_has_no_timer(Vertx vertx, VertxTestContext test) {
        vertx.runOnContext(any -> {
            TimerWheel wheel = new TimerWheel(vertx);
            test.verify(() -> assertThat(wheel.isIdle()).isTrue());
            wheel.in(
                    50,
                    () -> wheel.in(
                            50,
                            () -> vertx.runOnContext(behindBoth -> {
                                test.verify(() -> assertThat(wheel.isIdle()).isTrue());
                                test.completeNow();
                            })));
            test.verify(() -> assertThat(wheel.isIdle()).isFalse());
        });
    }

    /** After the block the timer fires all missed ticks at once. */
    @Test
    void task_added_after_a_blocked_event_loop_does_not_run_early(Vertx vertx, VertxTestContext test) {
        Context loop = vertx.getOrCreateContext();
        loop.runOnContext(any -> {
            TimerWheel wheel = new TimerWheel(vertx);
            wheel.in(0, () -> loop.runOnContext(afterItsFirstTick -> addAfterBlocking(wheel, test)));
        });
    }

    @Test
    void task_added_after_a_block_before_the_first_tick_does_not_run_early(Vertx vertx, VertxTestContext test) {
        vertx.runOnContext(any -> addAfterBlocking(new TimerWheel(vertx), test));
    }

    private static void addAfterBlocking(TimerWheel wheel, VertxTestContext test) {
        Await.pass(Duration.ofSeconds(1));
        long startedAt = System.nanoTime();
        wheel.in(
                500,
                () -> test.verify(() -> {
                    assertThat(System.nanoTime() - startedAt)
                            .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
                    test.completeNow();
                }));
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
