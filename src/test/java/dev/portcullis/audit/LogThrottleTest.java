package dev.portcullis.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogThrottleTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
    private final LogThrottle throttle = new LogThrottle(nanos::get);

    @Test
    void first_line_is_written_at_once() {
        assertThat(throttle.suppressed()).hasValue(0);
    }

    @Test
    void line_within_ten_seconds_is_suppressed() {
        assertThat(throttle.suppressed()).hasValue(0);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10) - 1);

        assertThat(throttle.suppressed()).isEmpty();
    }

    @Test
    void next_line_has_the_number_of_lines_suppressed_since_the_last() {
        assertThat(throttle.suppressed()).hasValue(0);
        for (int i = 0; i < 7; i++) {
            assertThat(throttle.suppressed()).isEmpty();
        }
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));

        assertThat(throttle.suppressed()).hasValue(7);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        assertThat(throttle.suppressed()).hasValue(0);
    }

    @Test
    void one_of_many_threads_writes_and_all_others_are_counted() throws Exception {
        int threads = 8;
        int lines = 1_000;
        AtomicLong written = new AtomicLong();
        CountDownLatch done = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            new Thread(() -> {
                        for (int line = 0; line < lines; line++) {
                            throttle.suppressed().ifPresent(any -> written.incrementAndGet());
                        }
                        done.countDown();
                    })
                    .start();
        }
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));

        assertThat(written).hasValue(1);
        assertThat(throttle.suppressed()).hasValue((long) threads * lines - 1);
    }
}
