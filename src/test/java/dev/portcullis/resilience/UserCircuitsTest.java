package dev.portcullis.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.CircuitBreaker.Failure;
import dev.portcullis.resilience.CircuitBreaker.Pass;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserCircuitsTest {
    private static final CircuitBreaker.Config CONFIG = new CircuitBreaker.Config(3, 20, 1_000, 8_000);
    private static final int IN_FLIGHT = 64;

    private final UserCircuits circuits = new UserCircuits(CONFIG, IN_FLIGHT);
    private final Circuit honest = circuits.of(new UserId("honest"));
    private long now = Long.MAX_VALUE - 5; // nanoTime may overflow

    /** Else a few users whose messages take the application too long stop the messages of all (CWE-400). */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_is_asked_for_whatever_questions_of_other_users_come_to(int attackers) {
        List<Circuit> others = attackers(attackers);
        for (int round = 0; round < 5; round++) {
            others.forEach(this::fail);
            assertThat(honest.pass(now)).isEqualTo(Pass.CLOSED);
            assertThat(honest.begin(Pass.CLOSED)).isTrue();
            honest.end(Optional.empty(), Pass.CLOSED, now);
        }
        assertThat(others).allMatch(each -> each.pass(now) == Pass.OPEN);
    }

    /** Attackers may have some of their questions answered, so that their breakers stay closed. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void users_who_failed_lately_leave_places_to_others(int attackers) {
        List<Circuit> others = attackers(attackers);
        others.forEach(this::fail);
        others.forEach(this::succeed);
        long held = others.stream()
                .flatMap(each -> Stream.generate(() -> each).limit(10))
                .filter(each -> each.begin(each.pass(now)))
                .count();
        assertThat(held).isEqualTo(Math.min(attackers * 4, 48));
        for (int i = 0; i < 4; i++) {
            assertThat(honest.begin(honest.pass(now))).isTrue();
        }
    }

    /** The application answers each in time, so none ever fails; each asks again at once, for two minutes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void users_who_ask_as_often_as_they_may_leave_places_to_who_asks_rarely(int attackers) {
        List<Circuit> others = attackers(attackers);
        Deque<Circuit> held = new ArrayDeque<>();
        int served = 0;
        for (int second = 0; second < 120; second++) {
            for (int turn = 0; turn < 3; turn++) {
                others.forEach(each -> {
                    if (each.begin(each.pass(now))) {
                        held.add(each);
                    }
                });
                if (second % 20 == 0 && turn == 0) {
                    boolean begun = honest.begin(honest.pass(now));
                    served += begun ? 1 : 0;
                    if (begun) {
                        honest.end(Optional.empty(), Pass.CLOSED, now);
                    }
                }
                while (!held.isEmpty()) {
                    held.remove().end(Optional.empty(), Pass.CLOSED, now);
                }
                advance(333);
            }
        }
        assertThat(served).as("but for the first moment").isGreaterThanOrEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 64, 256})
    void user_holds_a_sixteenth_of_the_places_and_at_least_one(int most) {
        UserCircuits places = new UserCircuits(CONFIG, most);
        Circuit ann = places.of(new UserId("ann"));
        int share = Math.max(1, most / 16);
        for (int i = 0; i < share; i++) {
            assertThat(ann.begin(Pass.CLOSED)).isTrue();
        }
        assertThat(ann.begin(Pass.CLOSED)).isFalse();
        assertThat(places.of(new UserId("ben")).begin(Pass.CLOSED)).isEqualTo(most > share);
        ann.cancel(Pass.CLOSED);
        assertThat(ann.begin(Pass.CLOSED)).isTrue();
    }

    @Test
    void all_places_are_free_again_when_the_questions_have_ended() {
        List<Circuit> all = attackers(40);
        for (int round = 0; round < 3; round++) {
            List<Circuit> begun = Stream.concat(all.stream(), all.stream())
                    .filter(each -> each.begin(Pass.CLOSED))
                    .toList();
            assertThat(begun).hasSizeGreaterThanOrEqualTo(48);
            begun.forEach(each -> each.end(Optional.of(Failure.ANSWERED), Pass.CLOSED, now));
        }
        advance(120_000);
        assertThat(honest.pass(now)).isEqualTo(Pass.CLOSED);
        assertThat(circuits.failedUsers()).isZero();
        assertThat(Stream.concat(all.stream(), all.stream()).filter(each -> each.begin(Pass.CLOSED)))
                .hasSize(IN_FLIGHT);
    }

    @Test
    void user_whose_questions_fail_has_one_trial_after_the_pause() {
        Circuit ann = circuits.of(new UserId("ann"));
        for (int i = 0; i < 3; i++) {
            fail(ann);
        }
        assertThat(ann.pass(now)).isEqualTo(Pass.OPEN);
        advance(1_000);
        assertThat(ann.pass(now)).isEqualTo(Pass.HALF_OPEN);
        assertThat(ann.pass(now)).isEqualTo(Pass.OPEN);
        assertThat(ann.begin(Pass.HALF_OPEN)).isTrue();
        ann.cancel(Pass.HALF_OPEN);
        assertThat(ann.pass(now)).isEqualTo(Pass.HALF_OPEN);
        assertThat(ann.begin(Pass.HALF_OPEN)).isTrue();
        ann.end(Optional.empty(), Pass.HALF_OPEN, now);
        assertThat(ann.pass(now)).isEqualTo(Pass.CLOSED);
    }

    @Test
    void only_users_who_failed_lately_are_remembered_and_the_oldest_are_forgotten_first() {
        succeed(honest);
        assertThat(circuits.failedUsers()).isZero();
        List<Circuit> many = attackers(10_001);
        many.forEach(each -> IntStream.range(0, 3).forEach(i -> fail(each)));
        assertThat(circuits.failedUsers()).isEqualTo(10_000);
        assertThat(many.get(0).pass(now)).isEqualTo(Pass.CLOSED);
        assertThat(many.get(1).pass(now)).isEqualTo(Pass.OPEN);
    }

    @Test
    void position_says_whether_the_last_questions_of_all_users_failed() {
        List<Circuit> others = attackers(3);
        others.subList(0, 2).forEach(this::fail);
        assertThat(circuits.position()).isEqualTo(Pass.CLOSED);
        fail(others.get(2));
        assertThat(circuits.position()).isEqualTo(Pass.OPEN);
        advance(3_600_000);
        assertThat(circuits.position()).as("until an answer").isEqualTo(Pass.OPEN);
        succeed(honest);
        assertThat(circuits.position()).isEqualTo(Pass.CLOSED);
    }

    private List<Circuit> attackers(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> circuits.of(new UserId("a" + i)))
                .toList();
    }

    private void fail(Circuit of) {
        end(of, Optional.of(Failure.NO_ANSWER));
    }

    private void succeed(Circuit of) {
        end(of, Optional.empty());
    }

    private void end(Circuit of, Optional<Failure> failure) {
        Pass pass = of.pass(now);
        if (pass != Pass.OPEN) {
            assertThat(of.begin(pass)).isTrue();
            of.end(failure, pass, now);
        }
    }

    private void advance(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
