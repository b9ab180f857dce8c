package dev.portcullis.edge.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.transport.MemoryBudget.Reservation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private final List<String> events = new ArrayList<>();
    private final MemoryBudget budget = budget(800);

    @Test
    void reservation_leaves_an_eighth_for_bytes_already_in_memory() {
        assertThat(budget.largest()).isEqualTo(700);
        assertThat(budget.tryReserve(700)).isTrue();
        assertThat(budget.tryReserve(1)).isFalse();
        budget.take(100);
        assertThat(budget.used()).isEqualTo(800);
        assertThat(events).containsExactly("refused");
    }

    @Test
    void refused_reservation_takes_nothing_and_is_reported_once_until_there_is_room() {
        budget.take(650);
        assertThat(budget.tryReserve(51)).isFalse();
        assertThat(budget.tryReserve(51)).isFalse();
        assertThat(budget.used()).isEqualTo(650);
        assertThat(events).containsExactly("refused");
        budget.release(1);
        assertThat(budget.tryReserve(51)).isTrue();
        assertThat(budget.tryReserve(51)).isFalse();
        assertThat(events).containsExactly("refused", "refused");
    }

    @Test
    void bytes_in_memory_count_over_the_limit_and_are_reported_once_until_there_is_room() {
        budget.take(800);
        assertThat(budget.isExceeded()).isFalse();
        budget.take(1);
        budget.take(99);
        assertThat(events).containsExactly("exceeded");
        assertThat(budget.used()).isEqualTo(900);
        assertThat(budget.excess()).isEqualTo(200);
        budget.release(199);
        assertThat(budget.isExceeded()).isTrue();
        budget.release(1);
        assertThat(budget.isExceeded()).isFalse();
        assertThat(budget.excess()).isZero();
        budget.take(101);
        assertThat(events).containsExactly("exceeded", "exceeded");
    }

    @Test
    void pending_reservations_are_granted_in_order_as_bytes_are_released() {
        budget.take(700);
        budget.reserve(300, () -> events.add("first"));
        budget.reserve(100, () -> events.add("second"));
        budget.release(250);
        assertThat(events).containsExactly("refused");
        budget.release(50);
        assertThat(events).containsExactly("refused", "first");
        budget.release(700);
        assertThat(events).containsExactly("refused", "first", "second");
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    void reservation_that_fits_is_granted_at_once_and_can_not_be_cancelled() {
        Reservation granted = budget.reserve(10, () -> events.add("granted"));
        assertThat(events).containsExactly("granted");
        assertThat(granted.cancel()).isFalse();
        assertThat(budget.used()).isEqualTo(10);
    }

    @Test
    void cancelled_reservation_is_skipped_and_takes_nothing() {
        budget.take(700);
        Reservation cancelled = budget.reserve(100, () -> events.add("cancelled"));
        budget.reserve(200, () -> events.add("next"));
        assertThat(cancelled.cancel()).isTrue();
        assertThat(cancelled.cancel()).isFalse();
        budget.release(200);
        assertThat(events).containsExactly("refused", "next");
        assertThat(budget.used()).isEqualTo(700);
    }

    @Test
    void starved_reservation_is_reported_with_the_missing_bytes_up_to_an_eighth() {
        budget.take(700);
        budget.starve();
        assertThat(events).as("no reservation is pending").isEmpty();
        budget.reserve(60, () -> events.add("granted"));
        budget.starve();
        budget.release(20);
        budget.starve();
        budget.reserve(300, () -> events.add("granted"));
        budget.starve();
        assertThat(events).containsExactly("refused", "starved of 60", "starved of 40", "starved of 100");
    }

    @Test
    void grant_callback_may_reserve_again() {
        budget.take(700);
        budget.reserve(100, () -> budget.reserve(100, () -> events.add("again")));
        budget.release(200);
        assertThat(events).containsExactly("refused", "again");
        assertThat(budget.used()).isEqualTo(700);
    }

    @Test
    void concurrent_reservations_stay_within_the_budget_and_release_everything() throws Exception {
        long seed = System.nanoTime();
        MemoryBudget shared = new MemoryBudget(80_000);
        AtomicLong held = new AtomicLong();
        AtomicInteger outstanding = new AtomicInteger();
        AtomicLong most = new AtomicLong();
        int threads = 4;
        CountDownLatch begin = new CountDownLatch(1);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            Random random = new Random(seed + thread);
            all.add(pool.submit(() -> {
                begin.await();
                for (int i = 0; i < 20_000; i++) {
                    int bytes = 1 + random.nextInt(40_000);
                    outstanding.incrementAndGet();
                    Reservation asked = shared.reserve(bytes, () -> {
                        most.accumulateAndGet(held.addAndGet(bytes), Math::max);
                        held.addAndGet(-bytes);
                        outstanding.decrementAndGet();
                        shared.release(bytes);
                    });
                    if (random.nextInt(4) == 0 && asked.cancel()) {
                        outstanding.decrementAndGet();
                    }
                }
                return null;
            }));
        }
        begin.countDown();
        for (Future<?> each : all) {
            each.get(60, TimeUnit.SECONDS);
        }
        pool.shutdown();
        assertThat(outstanding).as("seed %d", seed).hasValue(0);
        assertThat(most.get()).as("seed %d", seed).isLessThanOrEqualTo(shared.largest());
        assertThat(shared.used()).as("seed %d", seed).isZero();
    }

    private MemoryBudget budget(long limit) {
        MemoryBudget made = new MemoryBudget(limit);
        made.addListener(new MemoryBudget.Listener() {
            @Override
            public void refused() {
                events.add("refused");
            }

            @Override
            public void exceeded() {
                events.add("exceeded");
            }

            @Override
            public void starved(long bytes) {
                events.add("starved of " + bytes);
            }
        });
        return made;
    }
}
