package dev.portcullis.uploads.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DiskQuotaTest {

    @Test
    void reservations_end_at_the_bound_and_free_it_again() {
        DiskQuota quota = new DiskQuota(10);

        assertThat(quota.tryReserve(6)).isTrue();
        assertThat(quota.tryReserve(5)).isFalse();
        assertThat(quota.tryReserve(4)).isTrue();
        assertThat(quota.tryReserve(1)).isFalse();
        quota.release(6);
        assertThat(quota.tryReserve(6)).isTrue();
        assertThat(quota.used()).isEqualTo(10);
    }

    @Test
    void what_was_there_counts_also_beyond_the_bound() {
        DiskQuota quota = new DiskQuota(10);
        quota.countKnown(15);

        assertThat(quota.tryReserve(1)).isFalse();
        quota.release(6);
        assertThat(quota.tryReserve(1)).isTrue();
    }

    @Test
    void huge_size_does_not_wrap_around() {
        DiskQuota quota = new DiskQuota(Long.MAX_VALUE);

        assertThat(quota.tryReserve(Long.MAX_VALUE)).isTrue();
        assertThat(quota.tryReserve(Long.MAX_VALUE)).isFalse();
        assertThat(quota.tryReserve(1)).isFalse();
    }

    @Test
    void concurrent_reservations_do_not_pass_the_bound() {
        DiskQuota quota = new DiskQuota(1_000);
        AtomicInteger granted = new AtomicInteger();

        IntStream.range(0, 10_000).parallel().forEach(any -> {
            if (quota.tryReserve(3)) {
                granted.incrementAndGet();
            }
        });

        assertThat(granted).hasValue(333);
        assertThat(quota.used()).isEqualTo(999);
    }
}
