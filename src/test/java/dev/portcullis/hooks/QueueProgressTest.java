package dev.portcullis.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.hooks.Delivery.Outcome;
import dev.portcullis.hooks.HooksConfig.Retry;
import dev.portcullis.hooks.QueueProgress.Next;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class QueueProgressTest {
    private static final Retry RETRY = new Retry(100, 350);
    private final QueueProgress progress = new QueueProgress(true, RETRY, 3, () -> 1, 0, 0);

    @Test
    void pause_after_failures_doubles_up_to_the_longest_and_ends_with_a_success() {
        for (long pauseMs : new long[] {100, 200, 350, 350}) {
            assertThat(progress.after(Outcome.FAILED, 10, 0, 0)).isEqualTo(Next.KEEP);
            assertThat(progress.isDue(nanos(pauseMs) - 1)).isFalse();
            assertThat(progress.isDue(nanos(pauseMs))).isTrue();
        }
        assertThat(progress.isSmooth()).isFalse();
        assertThat(progress.after(Outcome.TAKEN, 10, 0, 0)).isEqualTo(Next.REMOVE);
        assertThat(progress.isSmooth()).isTrue();
    }

    @Test
    void pause_is_at_least_half_of_it() {
        QueueProgress least = new QueueProgress(true, RETRY, 3, () -> 0, 0, 0);
        least.after(Outcome.FAILED, 1, 0, 0);
        assertThat(least.isDue(nanos(50) - 1)).isFalse();
        assertThat(least.isDue(nanos(50))).isTrue();
    }

    @Test
    void refused_batch_is_halved_until_the_refused_event_is_alone_and_only_that_is_given_up() {
        for (int size : new int[] {50, 25, 12, 6, 3}) {
            assertThat(progress.size(50)).isEqualTo(size);
            assertThat(progress.after(Outcome.REFUSED, size, 0, 0)).isEqualTo(Next.KEEP);
        }
        assertThat(progress.size(50)).isEqualTo(1);
        assertThat(progress.after(Outcome.TAKEN, 1, 0, 0)).isEqualTo(Next.REMOVE);
        assertThat(progress.after(Outcome.REFUSED, 1, 0, 0)).isEqualTo(Next.KEEP);
        assertThat(progress.after(Outcome.FAILED, 1, 0, 0)).isEqualTo(Next.KEEP);
        assertThat(progress.after(Outcome.REFUSED, 1, 0, 0)).isEqualTo(Next.KEEP);
        assertThat(progress.after(Outcome.REFUSED, 1, 0, 0)).isEqualTo(Next.DISCARD);
        recover(0);
    }

    @Test
    void event_of_an_author_whose_others_were_given_up_has_one_attempt_while_others_are_taken() {
        assertThat(progress.afterFaultyAuthor(Outcome.FAILED, 0, 0))
                .as("the application may be away")
                .isEqualTo(Next.KEEP);
        assertThat(progress.isProbing()).isTrue();
        assertThat(progress.afterFaultyAuthor(Outcome.FAILED, 1, 0)).isEqualTo(Next.DISCARD);
        assertThat(progress.afterFaultyAuthor(Outcome.AWAY, 2, 0)).isEqualTo(Next.KEEP);
        assertThat(progress.afterFaultyAuthor(Outcome.TAKEN, 2, 0)).isEqualTo(Next.REMOVE);
        assertThat(progress.isSmooth()).isTrue();
    }

    @Test
    void application_that_takes_nothing_else_gets_a_refused_event_after_growing_pauses() {
        QueueProgress patient = new QueueProgress(true, RETRY, 4, () -> 1, 0, 0);
        patient.after(Outcome.REFUSED, 1, 7, 0);
        assertThat(patient.isDue(0)).as("the first may have been an accident").isTrue();
        for (long pauseMs : new long[] {100, 200}) {
            patient.after(Outcome.REFUSED, 1, 7, 0);
            assertThat(patient.isDue(nanos(pauseMs) - 1)).isFalse();
            assertThat(patient.isDue(nanos(pauseMs))).isTrue();
        }
        assertThat(patient.after(Outcome.REFUSED, 1, 7, 0)).isEqualTo(Next.DISCARD);
    }

    /** Else a user whose texts are refused could stop the events of all other keys of a lane. */
    @Test
    void refused_event_does_not_pause_its_lane_while_others_are_taken() {
        QueueProgress busy = new QueueProgress(true, RETRY, 4, () -> 1, 0, 0);
        for (long taken = 7; taken < 10; taken++) {
            assertThat(busy.after(Outcome.REFUSED, 1, taken, 0)).isEqualTo(Next.KEEP);
            assertThat(busy.isDue(0)).isTrue();
        }
        assertThat(busy.after(Outcome.REFUSED, 1, 10, 0)).isEqualTo(Next.DISCARD);
    }

    /** Else one event over which the application breaks holds up its lane for ever (CWE-400). */
    @Test
    void event_that_fails_while_others_are_taken_is_given_up_alone_after_pauses() {
        long taken = 0;
        for (int size : new int[] {10, 5, 2}) {
            assertThat(progress.size(10)).isEqualTo(size);
            assertThat(progress.after(Outcome.FAILED, size, ++taken, 0)).isEqualTo(Next.KEEP);
            assertThat(progress.isDue(nanos(100) - 1)).as("a short pause").isFalse();
            assertThat(progress.isDue(nanos(100))).isTrue();
        }
        assertThat(progress.size(10)).isEqualTo(1);
        assertThat(progress.isSuspect()).isTrue();
        for (long pauseMs : new long[] {100, 200}) {
            assertThat(progress.after(Outcome.FAILED, 1, ++taken, 0)).isEqualTo(Next.KEEP);
            assertThat(progress.isDue(nanos(pauseMs) - 1)).isFalse();
            assertThat(progress.isDue(nanos(pauseMs))).isTrue();
        }
        assertThat(progress.after(Outcome.FAILED, 1, ++taken, 0)).isEqualTo(Next.DISCARD);
    }

    /** A user may send many of them. */
    @Test
    void events_like_one_that_was_given_up_have_no_pauses_until_a_hundred_were_taken() {
        long taken = giveUp(0);
        long now = nanos(1_000_000);
        for (int i = 0; i < 20; i++) {
            assertThat(progress.after(Outcome.FAILED, 1, ++taken, now)).isEqualTo(Next.KEEP);
            assertThat(progress.after(Outcome.FAILED, 1, ++taken, now)).isEqualTo(Next.KEEP);
            assertThat(progress.isDue(now)).isTrue();
            assertThat(progress.after(Outcome.FAILED, 1, ++taken, now)).isEqualTo(Next.DISCARD);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(progress.isSuspect()).isTrue();
            assertThat(progress.after(Outcome.TAKEN, 1, taken++, now)).isEqualTo(Next.REMOVE);
        }
        assertThat(progress.isSuspect()).isFalse();
    }

    /** Else those behind one that was given up wait for a hundred deliveries. */
    @Test
    void deliveries_double_again_once_events_are_taken() {
        long taken = giveUp(0);
        for (int size : new int[] {1, 2, 4, 8, 16, 32, 50}) {
            assertThat(progress.size(50)).isEqualTo(size);
            assertThat(progress.after(Outcome.TAKEN, size, taken, 0)).isEqualTo(Next.REMOVE);
        }
        recover(taken);
    }

    /** Else 100 users with such events hold up the other rooms of a lane for hours. */
    @Test
    void event_that_fails_alone_is_set_aside_at_once_and_those_that_follow_it_after_one_brief_attempt() {
        QueueProgress lane = new QueueProgress(false, RETRY, 3, () -> 1, 0, 0);
        long taken = 0;
        for (int size : new int[] {10, 5, 2}) {
            assertThat(lane.after(Outcome.FAILED, size, ++taken, 0)).isEqualTo(Next.KEEP);
            assertThat(lane.isBrief()).isTrue();
        }
        long now = nanos(1_000_000);
        for (int i = 0; i < 100; i++) {
            assertThat(lane.after(Outcome.FAILED, 1, taken, now))
                    .as("the application may be away")
                    .isEqualTo(Next.KEEP);
            assertThat(lane.after(Outcome.FAILED, 1, ++taken, now)).isEqualTo(Next.SET_ASIDE);
            assertThat(lane.size(50)).isEqualTo(1);
        }
        for (int size : new int[] {1, 2, 4, 8, 16, 32}) {
            assertThat(lane.isBrief()).isTrue();
            assertThat(lane.size(50)).isEqualTo(size);
            assertThat(lane.after(Outcome.TAKEN, size, taken, now)).isEqualTo(Next.REMOVE);
        }
        assertThat(lane.after(Outcome.TAKEN, 50, taken, now)).isEqualTo(Next.REMOVE);
        assertThat(lane.isBrief()).isFalse();
    }

    @Test
    void what_is_aside_already_has_all_of_its_attempts_and_time() {
        giveUp(0);
        assertThat(progress.isBrief()).isFalse();
    }

    @Test
    void nothing_is_given_up_for_failures_while_nothing_is_taken() {
        progress.after(Outcome.TAKEN, 10, 0, 0);
        for (int i = 0; i < 1_000; i++) {
            assertThat(progress.after(Outcome.FAILED, 10, 10, 0)).isEqualTo(Next.KEEP);
            assertThat(progress.after(Outcome.FAILED, 1, 10, 0)).isEqualTo(Next.KEEP);
            assertThat(progress.after(Outcome.AWAY, 1, 10 + i, 0)).isEqualTo(Next.KEEP);
            assertThat(progress.isDue(nanos(350) - 1)).isFalse();
        }
    }

    @Test
    void failure_that_says_nothing_about_the_events_gives_up_none() {
        for (int taken = 0; taken < 1_000; taken++) {
            assertThat(progress.after(Outcome.AWAY, 1, taken, 0)).isEqualTo(Next.KEEP);
            assertThat(progress.isSuspect()).isFalse();
        }
    }

    @Test
    void event_of_another_key_is_tried_after_a_failure_while_nothing_is_taken() {
        assertThat(progress.isProbing()).isFalse();
        progress.after(Outcome.FAILED, 10, 0, 0);
        assertThat(progress.isProbing()).isTrue();
        assertThat(progress.afterProbe(Outcome.TAKEN, 0))
                .as("it comes again in its turn")
                .isEqualTo(Next.KEEP);
        assertThat(progress.isProbing()).isFalse();
        assertThat(progress.areOthersTaken(1)).isTrue();
        progress.after(Outcome.FAILED, 10, 1, 0);
        assertThat(progress.isProbing()).as("it counts").isFalse();
    }

    /** Events are taken, until nothing is left to remember. */
    private void recover(long taken) {
        int deliveries = 0;
        for (; !progress.isSmooth(); deliveries++) {
            progress.after(Outcome.TAKEN, progress.size(50), taken, 0);
        }
        assertThat(deliveries).isLessThan(25);
        assertThat(progress.size(50)).isEqualTo(50);
    }

    private long giveUp(long from) {
        long taken = from;
        Next next = Next.KEEP;
        while (next == Next.KEEP) {
            next = progress.after(Outcome.FAILED, progress.size(10), ++taken, 0);
        }
        assertThat(next).isEqualTo(Next.DISCARD);
        return taken;
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
