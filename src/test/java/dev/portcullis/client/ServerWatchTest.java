package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServerWatchTest {
    private final ServerWatch watch = new ServerWatch(10_000, 0);
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void server_without_a_session_in_time_is_left() {
        watch.dialled(0);
        watch.heard(19_000);

        assertThat(watch.check(20_000, asked::incrementAndGet)).isEmpty();
        assertThat(watch.check(20_001, asked::incrementAndGet)).contains("no answer in time");
    }

    @Test
    void server_that_misses_two_heartbeats_is_left() {
        open();
        every(1_000, 69_000);
        watch.heard(0);

        assertThat(watch.check(70_000, asked::incrementAndGet)).isEmpty();
        assertThat(watch.check(70_001, asked::incrementAndGet)).contains("the server is silent");
    }

    @Test
    void machine_that_was_asleep_asks_first_and_leaves_a_server_without_an_answer() {
        open();
        every(1_000, 5_000);

        assertThat(watch.check(600_000, asked::incrementAndGet)).isEmpty();
        assertThat(asked).hasValue(1);
        assertThat(watch.check(610_000, asked::incrementAndGet)).isEmpty();
        assertThat(watch.check(610_001, asked::incrementAndGet)).contains("the server is silent");
    }

    @Test
    void answer_after_a_sleep_ends_the_question() {
        open();
        watch.check(600_000, asked::incrementAndGet);
        watch.heard(600_100);

        every(601_000, 650_000);

        assertThat(asked).hasValue(1);
    }

    private void open() {
        watch.dialled(0);
        watch.opened(30_000);
    }

    /** Checks each second, as the client does, and expects nothing to be wrong. */
    private void every(long from, long to) {
        for (long now = from; now <= to; now += 1_000) {
            watch.heard(now);
            assertThat(watch.check(now, asked::incrementAndGet)).isEmpty();
        }
    }
}
