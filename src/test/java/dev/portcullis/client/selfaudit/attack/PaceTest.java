package dev.portcullis.client.selfaudit.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Pace pace = new Pace(3, nanos::get, nanos::addAndGet);

    @Test
    void handshakes_within_the_rate_do_not_wait() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            pace.take();
        }
        assertThat(nanos.get()).isZero();
    }

    @Test
    void place_that_is_given_back_is_free_at_once() throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            pace.take();
            pace.giveBack();
        }
        assertThat(nanos.get()).isZero();
    }

    @Test
    void any_minute_has_no_more_than_the_rate() throws InterruptedException {
        pace.take();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(30));
        pace.take();
        pace.take();

        pace.take();
        assertThat(nanos.get()).isEqualTo(TimeUnit.SECONDS.toNanos(60));
        pace.take();
        assertThat(nanos.get()).isEqualTo(TimeUnit.SECONDS.toNanos(90));
    }
}
