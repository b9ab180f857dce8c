package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.tcp.TurnQueue;
import dev.portcullis.protocol.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class AdmissionQueueTest {
    private static final long PATIENCE_MS = 5_000;

    private final AdmissionPace pace = new AdmissionPace();
    private final AdmissionQueue queue = new AdmissionQueue(pace, PATIENCE_MS);
    private final List<String> begun = new ArrayList<>();
    private long now;

    @Test
    void handshake_is_free_to_begin_until_as_many_are_under_way_as_may_be() {
        for (int i = 0; i < pace.limit(); i++) {
            assertThat(queue.isFree()).isTrue();
            queue.begun();
        }
        assertThat(queue.isFree()).isFalse();
        queue.ended(0);
        assertThat(queue.isFree()).isTrue();
    }

    @Test
    void handshake_that_comes_while_another_waits_does_not_overtake_it() {
        fill();
        enter("a", "first");
        queue.ended(0);
        assertThat(queue.isFree()).isFalse();
        proceed();
        assertThat(begun).containsExactly("first");
    }

    @Test
    void addresses_take_turns_and_each_keeps_its_order() {
        fill();
        for (int i = 1; i <= 3; i++) {
            enter("flood", "flood " + i);
        }
        enter("a", "a 1");
        enter("b", "b 1");
        enter("a", "a 2");
        endAll();
        assertThat(begun).containsExactly("flood 1", "a 1", "b 1", "flood 2", "a 2", "flood 3");
    }

    @Test
    void client_that_goes_away_gives_its_turn_up_and_its_request_with_it() {
        fill();
        TurnQueue<Runnable>.Place gone = enter("a", "gone").orElseThrow();
        enter("a", "stays");
        gone.leave();
        gone.leave();
        assertThat(queue.size()).isEqualTo(1);
        endAll();
        assertThat(begun).containsExactly("stays");
    }

    @Test
    void client_that_goes_away_after_its_turn_takes_no_place_of_another() {
        fill();
        TurnQueue<Runnable>.Place served = enter("a", "served").orElseThrow();
        enter("a", "waits");
        queue.ended(0);
        proceed();
        served.leave();
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void client_that_would_wait_too_long_is_told_how_long_and_one_of_another_address_is_not() {
        fill();
        enter("busy", "first");
        end(0);
        enter("busy", "second");
        for (int i = 0; i < AdmissionPace.SMOOTHING; i++) {
            queue.begun();
            end(100); // so one takes 100 ms
        }
        for (int i = 0; i < 48; i++) {
            assertThat(enter("busy", "busy " + i)).isPresent();
        }
        assertThat(refusal("busy")).hasValueSatisfying(wait -> assertThat(wait).isGreaterThan(PATIENCE_MS));
        assertThat(enter("other", "other")).isPresent();
    }

    @RepeatedTest(20)
    void each_that_stays_begins_once_and_never_more_than_may_be_under_way(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        List<String> expected = new ArrayList<>();
        int underWay = 0;
        for (int i = 0; i < 2_000; i++) {
            int before = begun.size();
            if (random.nextInt(3) > 0) {
                String name = "client " + i;
                String address = "address " + random.nextInt(5);
                if (queue.isFree()) {
                    queue.begun();
                    underWay++;
                } else if (random.nextInt(4) == 0) {
                    enter(address, name).ifPresent(place -> place.leave());
                } else {
                    enter(address, name).ifPresent(any -> expected.add(name));
                }
            } else if (underWay > 0) {
                underWay--;
                end(1);
                pace.turned(random.nextLong(2 * AdmissionPace.LONG_TURN_NANOS));
                proceed();
            }
            underWay += begun.size() - before;
            assertThat(begun.size() == before || underWay <= pace.limit()).isTrue();
        }
        endAll();
        assertThat(begun).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(queue.size()).isZero();
    }

    private void fill() {
        while (queue.isFree()) {
            queue.begun();
        }
    }

    private Optional<TurnQueue<Runnable>.Place> enter(String address, String name) {
        return queue.enter(address, () -> begun.add(name)).fold(Optional::of, wait -> Optional.empty());
    }

    private Optional<Long> refusal(String address) {
        Result<TurnQueue<Runnable>.Place, Long> entered = queue.enter(address, () -> {});
        return entered.fold(place -> Optional.empty(), Optional::of);
    }

    /** The handshake that ends lets none begin yet. */
    private void end(long tookMs) {
        now += TimeUnit.MILLISECONDS.toNanos(tookMs);
        queue.ended(now);
    }

    private void proceed() {
        Optional<Runnable> next = queue.next();
        while (next.isPresent()) {
            next.get().run();
            next = queue.next();
        }
    }

    private void endAll() {
        while (queue.size() > 0) {
            end(1);
            proceed();
        }
    }
}
