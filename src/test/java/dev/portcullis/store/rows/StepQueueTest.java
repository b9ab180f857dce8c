package dev.portcullis.store.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StepQueueTest {
    private final AtomicLong now = new AtomicLong();
    private final StepQueue queue = new StepQueue(3, 1_000, now::get);
    private final List<Promise<String>> begun = new ArrayList<>();

    @Test
    void step_begins_when_the_one_before_is_over_also_if_that_fails() {
        Future<String> first = queue.run(this::step);
        Future<String> second = queue.run(this::step);
        Future<String> third = queue.run(this::step);
        assertThat(begun).hasSize(1);

        begun.get(0).fail("the store does not answer");
        assertThat(begun).hasSize(2);
        begun.get(1).complete("second");
        begun.get(2).complete("third");

        assertThat(first.failed()).isTrue();
        assertThat(second.result()).isEqualTo("second");
        assertThat(third.result()).isEqualTo("third");
    }

    /** Else all later steps of the lane would wait for it. */
    @Test
    void step_that_throws_fails_and_the_next_one_begins() {
        Future<String> thrown = queue.run(() -> {
            throw new IllegalStateException("on purpose");
        });
        Future<String> next = queue.run(this::step);
        begun.get(0).complete("next");
        assertThat(thrown.cause()).isInstanceOf(IllegalStateException.class);
        assertThat(next.result()).isEqualTo("next");
    }

    @Test
    void step_that_has_waited_too_long_fails_without_having_begun() {
        queue.run(this::step);
        Future<String> late = queue.run(this::step);
        now.addAndGet(1_001);
        Future<String> fresh = queue.run(this::step);

        begun.get(0).complete("first");

        assertThat(late.cause())
                .isInstanceOfSatisfying(
                        StoreFailure.class,
                        failure -> assertThat(failure.isNotApplied()).isTrue());
        assertThat(begun).hasSize(2);
        begun.get(1).complete("fresh");
        assertThat(fresh.result()).isEqualTo("fresh");
    }

    @Test
    void more_steps_than_may_wait_are_refused() {
        for (int i = 0; i < 4; i++) {
            assertThat(queue.run(this::step).isComplete()).isFalse();
        }

        assertThat(queue.run(this::step).failed()).isTrue();
        begun.get(0).complete("first");
        assertThat(queue.run(this::step).isComplete()).isFalse();
    }

    @Test
    void many_steps_that_end_at_once_need_no_stack() {
        StepQueue wide = new StepQueue(100_000, 1_000, now::get);
        Promise<String> first = Promise.promise();
        wide.run(first::future);
        List<Future<Integer>> rest = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            int number = i;
            rest.add(wide.run(() -> Future.succeededFuture(number)));
        }

        first.complete("first");

        assertThat(rest).allMatch(Future::succeeded);
    }

    private Future<String> step() {
        Promise<String> step = Promise.promise();
        begun.add(step);
        return step.future();
    }
}
