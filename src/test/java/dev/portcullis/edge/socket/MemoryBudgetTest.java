package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.socket.MemoryBudget.Reservation;
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
    private final List<String> told = new ArrayList<>();
    private final MemoryBudget budget = budget(800);

    @Test
    void reservation_leaves_an_eighth_for_what_can_not_wait() {
        assertThat(budget.largest()).isEqualTo(700);
        assertThat(budget.tryReserve(700)).isTrue();
        assertThat(budget.tryReserve(1)).isFalse();
        budget.take(100);
        assertThat(budget.used()).isEqualTo(800);
        assertThat(told).containsExactly("refused");
    }

    @Test
    void refused_reservation_takes_nothing_and_is_told_once_until_there_is_room() {
        budget.take(650);
        assertThat(budget.tryReserve(51)).isFalse();
        assertThat(budget.tryReserve(51)).isFalse();
        assertThat(budget.used()).isEqualTo(650);
        assertThat(told).containsExactly("refused");
        budget.release(1);
        assertThat(budget.tryReserve(51)).isTrue();
        assertThat(budget.tryReserve(51)).isFalse();
        assertThat(told).containsExactly("refused", "refused");
    }

    @Test
    void what_is_here_is_counted_beyond_the_limit_and_told_once_until_there_is_room() {
        budget.take(800);
        assertThat(budget.isExceeded()).isFalse();
        budget.take(1);
        budget.take(99);
        assertThat(told).containsExactly("exceeded");
        assertThat(budget.used()).isEqualTo(900);
        assertThat(budget.excess()).isEqualTo(200);
        budget.release(199);
        assertThat(budget.isExceeded()).isTrue();
        budget.release(1);
        assertThat(budget.isExceeded()).isFalse();
        assertThat(budget.excess()).isZero();
        budget.take(101);
        assertThat(told).containsExactly("exceeded", "exceeded");
    }

    @Test
    void waiting_reservations_are_granted_in_their_order_as_room_returns() {
        budget.take(700);
        budget.reserve(300, () -> told.add("first"));
        budget.reserve(100, () -> told.add("second"));
        budget.release(250);
        assertThat(told).containsExactly("refused");
        budget.release(50);
        assertThat(told).containsExactly("refused", "first");
        budget.release(700);
        assertThat(told).containsExactly("refused", "first", "second");
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    void reservation_with_room_is_granted_at_once_and_can_not_be_cancelled_then() {
        Reservation granted = budget.reserve(10, () -> told.add("granted"));
        assertThat(told).containsExactly("granted");
        assertThat(granted.cancel()).isFalse();
        assertThat(budget.used()).isEqualTo(10);
    }

    @Test
    void cancelled_reservation_is_passed_over_and_takes_nothing() {
        budget.take(700);
        Reservation gone = budget.reserve(100, () -> told.add("gone"));
        budget.reserve(200, () -> told.add("next"));
        assertThat(gone.cancel()).isTrue();
        assertThat(gone.cancel()).isFalse();
        budget.release(200);
        assertThat(told).containsExactly("refused", "next");
        assertThat(budget.used()).isEqualTo(700);
    }

    @Test
    void who_waits_for_too_long_is_told_of_with_what_is_missing_but_no_more_than_an_eighth() {
        budget.take(700);
        budget.starve();
        assertThat(told).as("nobody waits").isEmpty();
        budget.reserve(60, () -> told.add("granted"));
        budget.starve();
        budget.release(20);
        budget.starve();
        budget.reserve(300, () -> told.add("granted"));
        budget.starve();
        assertThat(told).containsExactly("refused", "starved of 60", "starved of 40", "starved of 100");
    }

    @Test
    void grant_may_ask_again() {
        budget.take(700);
        budget.reserve(100, () -> budget.reserve(100, () -> told.add("again")));
        budget.release(200);
        assertThat(told).containsExactly("refused", "again");
        assertThat(budget.used()).isEqualTo(700);
    }

    @Test
    void several_threads_never_reserve_more_than_there_is_and_leave_nothing_behind() throws Exception {
        long seed = System.nanoTime();
        MemoryBudget shared = new MemoryBudget(80_000);
        AtomicLong held = new AtomicLong();
        AtomicInteger unheard = new AtomicInteger();
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
                    unheard.incrementAndGet();
                    Reservation asked = shared.reserve(bytes, () -> {
                        most.accumulateAndGet(held.addAndGet(bytes), Math::max);
                        held.addAndGet(-bytes);
                        unheard.decrementAndGet();
                        shared.release(bytes);
                    });
                    if (random.nextInt(4) == 0 && asked.cancel()) {
                        unheard.decrementAndGet();
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
        assertThat(unheard).as("seed %d", seed).hasValue(0);
        assertThat(most.get()).as("seed %d", seed).isLessThanOrEqualTo(shared.largest());
        assertThat(shared.used()).as("seed %d", seed).isZero();
    }

    private MemoryBudget budget(long limit) {
        MemoryBudget made = new MemoryBudget(limit);
        made.addListener(new MemoryBudget.Listener() {
            @Override
            public void refused() {
                told.add("refused");
            }

            @Override
            public void exceeded() {
                told.add("exceeded");
            }

            @Override
            public void starved(long bytes) {
                told.add("starved of " + bytes);
            }
        });
        return made;
    }
}
