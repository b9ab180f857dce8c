package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServerWatchTest {
    private final ServerWatch watch = new ServerWatch(10_000, 0);
    private final AtomicInteger asked = new AtomicInteger();
    private boolean hasRoom = true;

    @Test
    void server_without_a_session_in_time_is_left() {
        watch.dialled(0);
        watch.heard(19_000);

        assertThat(watch.check(20_000, false, this::ask)).isEmpty();
        assertThat(watch.check(20_001, false, this::ask)).contains("no answer in time");
    }

    @Test
    void server_that_misses_two_heartbeats_is_left() {
        open();
        every(1_000, 69_000);
        watch.heard(0);

        assertThat(watch.check(70_000, false, this::ask)).isEmpty();
        assertThat(watch.check(70_001, false, this::ask)).contains("the server is silent");
    }

    @Test
    void machine_that_was_asleep_asks_first_and_leaves_a_server_without_an_answer() {
        open();
        every(1_000, 5_000);

        assertThat(watch.check(600_000, false, this::ask)).isEmpty();
        assertThat(asked).hasValue(1);
        assertThat(watch.check(610_000, false, this::ask)).isEmpty();
        assertThat(watch.check(610_001, false, this::ask)).contains("the server is silent");
    }

    @Test
    void answer_after_a_sleep_ends_the_question() {
        open();
        watch.check(600_000, false, this::ask);
        watch.heard(600_100);

        every(601_000, 650_000);

        assertThat(asked).hasValue(1);
    }

    @Test
    void question_after_a_sleep_waits_for_room_in_the_limits() {
        open();
        hasRoom = false;
        watch.check(20_000, false, this::ask);
        watch.check(21_000, false, this::ask);
        assertThat(asked).hasValue(0);

        hasRoom = true;
        watch.check(22_000, false, this::ask);
        watch.check(23_000, false, this::ask);

        assertThat(asked).hasValue(1);
        assertThat(watch.check(32_000, false, this::ask)).isEmpty();
        assertThat(watch.check(32_001, false, this::ask)).contains("the server is silent");
    }

    @Test
    void question_that_waits_is_not_asked_once_the_server_was_heard() {
        open();
        hasRoom = false;
        watch.check(20_000, false, this::ask);
        watch.heard(20_500);
        hasRoom = true;

        watch.check(21_000, false, this::ask);

        assertThat(asked).hasValue(0);
    }

    @Test
    void missing_answer_is_asked_for_once_and_the_server_left_if_it_stays_silent() {
        ServerWatch patient = new ServerWatch(40_000, 0);
        patient.dialled(0);
        patient.opened(0);

        for (long now = 1_000; now <= 41_000; now += 1_000) {
            assertThat(patient.check(now, true, this::ask)).isEmpty();
        }
        assertThat(asked).hasValue(1);
        assertThat(patient.check(41_001, true, this::ask)).contains("the server is silent");
    }

    private void open() {
        watch.dialled(0);
        watch.opened(30_000);
    }

    private boolean ask() {
        if (hasRoom) {
            asked.incrementAndGet();
        }
        return hasRoom;
    }

    /** Checks each second, as the client does, and expects nothing to be wrong. */
    private void every(long from, long to) {
        for (long now = from; now <= to; now += 1_000) {
            watch.heard(now);
            assertThat(watch.check(now, false, this::ask)).isEmpty();
        }
    }
}
