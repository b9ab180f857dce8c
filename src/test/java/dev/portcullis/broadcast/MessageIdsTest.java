package dev.portcullis.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MessageIdsTest {
    private final MessageIds ids = new MessageIds();

    @Test
    void an_id_is_a_uuid_of_version_seven_that_tells_its_time() {
        for (int i = 0; i < 1_000; i++) {
            UUID id = UUID.fromString(ids.next(BroadcastFixture.NOW));
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(BroadcastFixture.NOW);
        }
    }

    @Test
    void ids_sort_by_their_time_as_text() {
        List<String> made = LongStream.range(0, 500)
                .mapToObj(i -> ids.next(BroadcastFixture.NOW + i))
                .toList();
        assertThat(made).isSorted();
        assertThat(ids.next(999_999_999_999L)).isLessThan(ids.next(1_000_000_000_000L));
    }

    @Test
    void ids_of_one_millisecond_differ_whichever_thread_makes_them() {
        assertThat(IntStream.range(0, 50_000).parallel().mapToObj(i -> ids.next(BroadcastFixture.NOW)))
                .doesNotHaveDuplicates();
    }

    /** Whoever has seen some can't name the next (CWE-340): no part of an id repeats more often than chance has it. */
    @Test
    void all_that_may_be_random_is() {
        List<UUID> made = IntStream.range(0, 2_000)
                .mapToObj(i -> UUID.fromString(ids.next(BroadcastFixture.NOW)))
                .toList();
        assertThat(made.stream()
                        .map(id -> id.getMostSignificantBits() & 0xFFF)
                        .distinct()
                        .count())
                .isGreaterThan(1_400);
        for (int shift : List.of(0, 16, 32)) {
            assertThat(made.stream()
                            .map(id -> id.getLeastSignificantBits() >>> shift & 0x3FFF_FFFF)
                            .distinct()
                            .count())
                    .isGreaterThan(1_990);
        }
    }
}
