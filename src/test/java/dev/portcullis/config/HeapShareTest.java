package dev.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HeapShareTest {
    private static final long MIB = 1 << 20;

    /** One share after the other was filled, and each kept its bound, until the heap was full. */
    @Test
    void all_shares_and_the_sessions_leave_a_fifth_of_the_heap() {
        for (long mib : List.of(128L, 256L, 1_024L, 32_768L)) {
            long heap = mib * MIB;
            long shares = Stream.of(HeapShare.values())
                    .mapToLong(share -> share.of(heap))
                    .sum();
            long sessions = HeapShare.leftOf(heap, HeapShare.WAITING.of(heap));
            assertThat(sessions).isPositive();
            assertThat(shares + sessions).isLessThanOrEqualTo(heap / 5 * 4);
        }
    }

    @Test
    void what_waiting_takes_instead_of_its_share_is_taken_from_the_sessions() {
        long usual = HeapShare.leftOf(512 * MIB, HeapShare.WAITING.of(512 * MIB));
        assertThat(HeapShare.leftOf(512 * MIB, 28 * MIB)).isEqualTo(usual + 100 * MIB);
    }

    @Test
    void a_tiny_heap_gives_each_the_least_it_can_do_with_and_leaves_none_for_sessions() {
        assertThat(HeapShare.WAITING.of(8 * MIB)).isEqualTo(16 * MIB);
        assertThat(HeapShare.leftOf(8 * MIB, 16 * MIB)).isNegative();
    }

    /** 61,500 users, each of whom had come for a moment, ended a node of 128 MB: they were counted by number. */
    @Test
    void no_more_are_kept_than_are_wanted_or_have_room() {
        assertThat(HeapShare.USERS.most(10, 2_400)).isEqualTo(10);
        assertThat(HeapShare.USERS.most(Integer.MAX_VALUE, 2_400) * 2_400L)
                .isBetween(HeapShare.USERS.ofLargestHeap() - 2_400, HeapShare.USERS.ofLargestHeap());
    }

    @Test
    void those_who_have_a_share_together_have_a_part_of_it_each() {
        assertThat(HeapShare.RECENT.each(4)).isEqualTo(HeapShare.RECENT.ofLargestHeap() / 4);
        assertThat(HeapShare.RECENT.each(0)).isEqualTo(HeapShare.RECENT.ofLargestHeap());
    }
}
