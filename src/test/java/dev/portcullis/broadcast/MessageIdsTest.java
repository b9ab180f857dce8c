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
    void id_is_a_uuid_of_version_7_with_its_time() {
        for (int i = 0; i < 1_000; i++) {
            UUID id = UUID.fromString(ids.next(BroadcastFixture.NOW));
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(BroadcastFixture.NOW);
        }
    }

    @Test
    void ids_sort_as_text_by_their_time() {
        List<String> made = LongStream.range(0, 500)
                .mapToObj(i -> ids.next(BroadcastFixture.NOW + i))
                .toList();
        assertThat(made).isSorted();
        assertThat(ids.next(999_999_999_999L)).isLessThan(ids.next(1_000_000_000_000L));
    }

    @Test
    void ids_of_one_millisecond_differ_across_threads() {
        assertThat(IntStream.range(0, 50_000).parallel().mapToObj(i -> ids.next(BroadcastFixture.NOW)))
                .doesNotHaveDuplicates();
    }

    /** A client that has seen some ids cannot predict the next one (CWE-340). */
    @Test
    void random_bits_repeat_no_more_often_than_by_chance() {
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
