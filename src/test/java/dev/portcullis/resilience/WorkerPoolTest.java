package dev.portcullis.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.WorkerPool.NotRun;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class WorkerPoolTest {
    private static final long LONG = 60_000;

    private static Vertx vertx;

    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final AtomicInteger notRun = new AtomicInteger();
    private WorkerPool pool;

    @BeforeAll
    static void start(Vertx shared) {
        vertx = shared;
    }

    @BeforeEach
    void open() {
        pool = pool(LONG);
    }

    @AfterEach
    void close() {
        release.countDown();
        pool.close();
    }

    @Test
    void result_comes_back_on_the_callers_context(VertxTestContext test) {
        Context caller = vertx.getOrCreateContext();
        caller.runOnContext(any -> pool.run(() -> Thread.currentThread().getName())
                .onComplete(test.succeeding(result -> {
                    assertThat(result.<String>fold(name -> name, NotRun::name)).isEqualTo("slow-1");
                    assertThat(Vertx.currentContext()).isSameAs(caller);
                    test.completeNow();
                })));
    }

    @Test
    void work_that_throws_fails_and_leaves_the_pool_usable() throws Exception {
        assertThatThrownBy(() -> await(pool.run(() -> {
                    throw new IOException("broken");
                })))
                .hasMessageContaining("broken");
        assertThat(await(pool.run(() -> 1))).isEmpty();
    }

    @Test
    void full_pool_refuses_at_once_and_counts_it() throws Exception {
        occupy();
        Future<Result<Integer, NotRun>> waiting = pool.run(() -> 1);

        assertThat(await(pool.run(() -> 2))).contains(NotRun.FULL);
        assertThat(pool.queued()).isEqualTo(1);
        assertThat(notRun).hasValue(1);
        release.countDown();
        assertThat(await(waiting)).isEmpty();
    }

    @Test
    void work_of_even_length_that_would_get_no_turn_is_refused_at_once() throws Exception {
        pool = new WorkerPool(
                vertx, "slow", new WorkerPool.Config(1, 100, 1_000), notRun::incrementAndGet, List.of(1), true);
        await(pool.run(() -> {
            Await.pass(Duration.ofMillis(1_100)); // all others are taken to need as long
            return 1;
        }));
        occupy();

        assertThat(await(pool.run(() -> 2))).contains(NotRun.FULL);
    }

    @Test
    void level_with_a_turn_is_the_one_above_what_fills_the_queue() throws Exception {
        assertThat(pool.levelWithTurn(0, 3)).as("a thread is free").isZero();
        occupy();
        assertThat(pool.levelWithTurn(0, 3)).as("there is a place").isZero();
        Future<Result<Integer, NotRun>> displaced = pool.run(0, 1, () -> 1);
        assertThat(pool.levelWithTurn(0, 3)).isEqualTo(2);
        assertThat(pool.levelWithTurn(0, 1)).as("as far as it goes").isEqualTo(1);
        Future<Result<Integer, NotRun>> higher = pool.run(0, 2, () -> 2);

        assertThat(await(displaced)).contains(NotRun.FULL);
        release.countDown();
        assertThat(await(higher)).isEmpty();
    }

    @Test
    void work_that_waited_too_long_is_dropped_unrun_while_every_thread_is_busy() throws Exception {
        pool = pool(50);
        occupy();
        AtomicBoolean ran = new AtomicBoolean();

        assertThat(await(pool.run(() -> ran.getAndSet(true)))).contains(NotRun.LATE);
        assertThat(pool.queued()).as("its place is free").isZero();
        assertThat(notRun).hasValue(1);
        release.countDown();
        assertThat(Await.until(this::isUsable)).isTrue();
        assertThat(ran).isFalse();
    }

    @Test
    void running_work_is_not_dropped_by_the_wait_of_others() throws Exception {
        pool = pool(50);
        Future<Result<Boolean, NotRun>> running = occupy();
        await(pool.run(() -> 1));
        release.countDown();

        assertThat(await(running)).isEmpty();
    }

    @Test
    void closed_pool_answers_what_waits_and_takes_no_more() throws Exception {
        occupy();
        Future<Result<Integer, NotRun>> waiting = pool.run(() -> 1);
        pool.close();

        assertThat(await(waiting)).contains(NotRun.CLOSED);
        assertThat(await(pool.run(() -> 1))).contains(NotRun.CLOSED);
    }

    /** On a busy machine the thread may begin later than the work may wait. It is dropped then, and comes again. */
    private Future<Result<Boolean, NotRun>> occupy() {
        while (true) {
            Future<Result<Boolean, NotRun>> running = pool.run(() -> {
                begun.countDown();
                return release.await(30, TimeUnit.SECONDS);
            });
            assertThat(Await.until(() -> begun.getCount() == 0 || running.isComplete()))
                    .isTrue();
            if (begun.getCount() == 0) {
                return running;
            }
            assertThat(Await.until(() -> notRun.compareAndSet(1, 0))).isTrue();
        }
    }

    private boolean isUsable() {
        try {
            return await(pool.run(() -> 1)).isEmpty();
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    private WorkerPool pool(long maxWaitMs) {
        return new WorkerPool(vertx, "slow", new WorkerPool.Config(1, 1, maxWaitMs), notRun::incrementAndGet);
    }

    /** Why the work did not run; empty if it did. */
    private static <T> Optional<NotRun> await(Future<Result<T, NotRun>> result) throws Exception {
        return result.await(30, TimeUnit.SECONDS).fold(value -> Optional.empty(), Optional::of);
    }
}
