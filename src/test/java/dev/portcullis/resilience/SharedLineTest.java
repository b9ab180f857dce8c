package dev.portcullis.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharedLineTest {
    private static final List<Integer> SHARES = List.of(8, 4, 2, 1);

    @Test
    void one_rank_is_a_queue_of_fixed_length() {
        SharedLine<String> line = new SharedLine<>(2, List.of(1));

        assertThat(line.add(0, "a")).isEmpty();
        assertThat(line.add(0, "b")).isEmpty();
        assertThat(line.add(0, "c")).contains("c");
        assertThat(line.next()).contains("a");
        assertThat(line.remove("b")).isTrue();
        assertThat(line.next()).isEmpty();
    }

    @Test
    void turns_are_shared_by_rank_where_all_wait() {
        SharedLine<Integer> line = new SharedLine<>(400, SHARES);
        IntStream.range(0, 400).forEach(i -> line.add(i % 4, i % 4));

        assertThat(IntStream.range(0, 15).mapToObj(any -> line.next().orElseThrow()))
                .containsOnly(0, 1, 2, 3)
                .filteredOn(rank -> rank == 0)
                .hasSize(8);
    }

    @Test
    void rank_that_rested_gets_its_share_and_no_more() {
        SharedLine<Integer> line = new SharedLine<>(400, SHARES);
        IntStream.range(0, 100).forEach(any -> line.add(3, 3));
        IntStream.range(0, 60).forEach(any -> line.next());
        IntStream.range(0, 100).forEach(any -> line.add(0, 0));

        assertThat(IntStream.range(0, 18).mapToObj(any -> line.next().orElseThrow()))
                .filteredOn(rank -> rank == 3)
                .hasSizeBetween(1, 3);
    }

    @Test
    void last_that_came_of_the_rank_above_its_share_gives_way() {
        SharedLine<String> line = new SharedLine<>(15, SHARES);
        IntStream.range(0, 15).forEach(i -> line.add(2, "c" + i));

        assertThat(line.add(2, "late")).as("it has its share").contains("late");
        assertThat(line.add(0, "known")).contains("c14");
        assertThat(line.next()).as("who waits loses no turn by it").isPresent();
        assertThat(line.size()).isEqualTo(14);
    }

    @Test
    void rank_with_less_than_its_share_always_finds_a_place() {
        Random random = new Random(28);
        for (int round = 0; round < 500; round++) {
            int places = 15 + random.nextInt(60);
            SharedLine<Integer> line = new SharedLine<>(places, SHARES);
            int[] waiting = new int[SHARES.size()];
            for (int step = 0; step < 200; step++) {
                if (random.nextInt(4) == 0) {
                    line.next().ifPresent(rank -> waiting[rank]--);
                    continue;
                }
                int rank = random.nextInt(SHARES.size());
                boolean hadItsShare = waiting[rank] >= places * SHARES.get(rank) / 15;
                waiting[rank]++;
                Optional<Integer> without = line.add(rank, rank);
                without.ifPresent(gone -> waiting[gone]--);

                assertThat(without.filter(gone -> gone == rank).isPresent() && !hadItsShare)
                        .isFalse();
                assertThat(line.size()).isEqualTo(IntStream.of(waiting).sum()).isLessThanOrEqualTo(places);
            }
        }
    }

    @Test
    void flood_of_one_rank_leaves_the_others_their_places() {
        SharedLine<String> line = new SharedLine<>(30, SHARES);
        IntStream.range(0, 1_000).forEach(i -> line.add(3, "flood" + i));

        assertThat(IntStream.range(0, 16).mapToObj(i -> line.add(0, "known" + i)))
                .allSatisfy(gone -> assertThat(gone).get().asString().startsWith("flood"));
        assertThat(line.add(0, "known16")).contains("known16");
    }

    @Test
    void turns_before_a_newcomer_are_those_of_its_rank_and_the_shares_of_the_others() {
        SharedLine<String> line = new SharedLine<>(100, SHARES);
        IntStream.range(0, 20).forEach(i -> line.add(2, "unknown" + i));
        IntStream.range(0, 2).forEach(i -> line.add(0, "known" + i));

        assertThat(line.ahead(0)).isEqualTo(2 + 1);
        assertThat(line.ahead(1)).isEqualTo(2 + 1);
        assertThat(line.ahead(2)).isEqualTo(20 + 2);
        assertThat(line.ahead(3)).isEqualTo(2 + 2);
    }

    @Test
    void cleared_line_is_empty() {
        SharedLine<String> line = new SharedLine<>(15, SHARES);
        line.add(0, "a");
        line.add(3, "b");

        assertThat(line.clear()).containsExactly("a", "b");
        assertThat(line.size()).isZero();
    }
}
