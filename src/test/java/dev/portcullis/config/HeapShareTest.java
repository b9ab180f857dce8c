package dev.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HeapShareTest {
    private static final long MIB = 1 << 20;

    /** Regression: each share kept its own bound, but together they filled the heap. */
    @Test
    void all_shares_and_the_sessions_leave_a_fifth_of_the_heap_free() {
        for (long mib : List.of(128L, 256L, 1_024L, 32_768L)) {
            long heap = mib * MIB;
            long shares = Stream.of(HeapShare.values())
                    .mapToLong(share -> share.of(heap))
                    .sum();
            long sessions = HeapShare.leftForSessions(heap, HeapShare.WAITING.of(heap));
            assertThat(sessions).isPositive();
            assertThat(shares + sessions).isLessThanOrEqualTo(heap / 5 * 4);
        }
    }

    @Test
    void larger_waiting_share_reduces_the_heap_for_sessions() {
        long usual = HeapShare.leftForSessions(512 * MIB, HeapShare.WAITING.of(512 * MIB));
        assertThat(HeapShare.leftForSessions(512 * MIB, 28 * MIB)).isEqualTo(usual + 100 * MIB);
    }

    @Test
    void tiny_heap_gives_minimum_shares_and_none_for_sessions() {
        assertThat(HeapShare.WAITING.of(8 * MIB)).isEqualTo(16 * MIB);
        assertThat(HeapShare.leftForSessions(8 * MIB, 16 * MIB)).isNegative();
    }

    /**
     * Regression: 61,500 short sessions of different users ended a node with 128 MB, since users were bounded by number
     * only.
     */
    @Test
    void number_of_items_is_bounded_by_the_wanted_number_and_the_share() {
        assertThat(HeapShare.USERS.atMost(10, 2_400)).isEqualTo(10);
        assertThat(HeapShare.USERS.atMost(Integer.MAX_VALUE, 2_400) * 2_400L)
                .isBetween(HeapShare.USERS.ofLargestHeap() - 2_400, HeapShare.USERS.ofLargestHeap());
    }

    @Test
    void share_is_divided_among_its_users() {
        assertThat(HeapShare.RECENT.dividedBy(4)).isEqualTo(HeapShare.RECENT.ofLargestHeap() / 4);
        assertThat(HeapShare.RECENT.dividedBy(0)).isEqualTo(HeapShare.RECENT.ofLargestHeap());
    }
}
