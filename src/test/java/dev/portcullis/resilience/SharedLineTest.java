package dev.portcullis.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedLineTest {
    private static final List<Integer> SHARES = List.of(8, 4, 2, 1);

    @Test
    void one_rank_is_a_queue_of_fixed_length() {
        SharedLine<String> line = new SharedLine<>(2, List.of(1));

        assertThat(line.add(0, 0, "a")).isEmpty();
        assertThat(line.add(0, 0, "b")).isEmpty();
        assertThat(line.add(0, 0, "c")).contains("c");
        assertThat(line.next()).contains("a");
        assertThat(line.remove("b")).isTrue();
        assertThat(line.next()).isEmpty();
    }

    @Test
    void turns_are_shared_by_rank_where_all_wait() {
        SharedLine<Integer> line = new SharedLine<>(400, SHARES);
        IntStream.range(0, 400).forEach(i -> line.add(i % 4, 0, i % 4));

        assertThat(IntStream.range(0, 15).mapToObj(any -> line.next().orElseThrow()))
                .containsOnly(0, 1, 2, 3)
                .filteredOn(rank -> rank == 0)
                .hasSize(8);
    }

    @Test
    void rank_that_rested_gets_its_share_and_no_more() {
        SharedLine<Integer> line = new SharedLine<>(400, SHARES);
        IntStream.range(0, 100).forEach(any -> line.add(3, 0, 3));
        IntStream.range(0, 60).forEach(any -> line.next());
        IntStream.range(0, 100).forEach(any -> line.add(0, 0, 0));

        assertThat(IntStream.range(0, 18).mapToObj(any -> line.next().orElseThrow()))
                .filteredOn(rank -> rank == 3)
                .hasSizeBetween(1, 3);
    }

    @Test
    void last_that_came_of_the_rank_above_its_share_gives_way() {
        SharedLine<String> line = new SharedLine<>(15, SHARES);
        IntStream.range(0, 15).forEach(i -> line.add(2, 0, "c" + i));

        assertThat(line.add(2, 0, "late")).as("it has its share").contains("late");
        assertThat(line.add(0, 0, "known")).contains("c14");
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
                Optional<Integer> without = line.add(rank, 0, rank);
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
        IntStream.range(0, 1_000).forEach(i -> line.add(3, 0, "flood" + i));

        assertThat(IntStream.range(0, 16).mapToObj(i -> line.add(0, 0, "known" + i)))
                .allSatisfy(gone -> assertThat(gone).get().asString().startsWith("flood"));
        assertThat(line.add(0, 0, "known16")).contains("known16");
    }

    @Test
    void turns_before_a_newcomer_are_those_of_its_rank_and_the_shares_of_the_others() {
        SharedLine<String> line = new SharedLine<>(100, SHARES);
        IntStream.range(0, 20).forEach(i -> line.add(2, 0, "unknown" + i));
        IntStream.range(0, 2).forEach(i -> line.add(0, 0, "known" + i));

        assertThat(line.ahead(0, 0)).isEqualTo(2 + 1);
        assertThat(line.ahead(1, 0)).isEqualTo(2 + 1);
        assertThat(line.ahead(2, 0)).isEqualTo(20 + 2);
        assertThat(line.ahead(3, 0)).isEqualTo(2 + 2);
    }

    @Test
    void higher_level_goes_first_and_equal_ones_in_turn() {
        SharedLine<String> line = new SharedLine<>(15, SHARES);
        line.add(2, 0, "a");
        line.add(2, 1, "b");
        line.add(2, 2, "c");
        line.add(2, 1, "d");

        assertThat(IntStream.range(0, 4).mapToObj(any -> line.next().orElseThrow()))
                .containsExactly("c", "b", "d", "a");
    }

    /** However many wait at a level, a client at a higher one finds a place, and waits for none of them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void higher_level_takes_the_place_of_a_lower_one_of_its_rank(int attackers) {
        SharedLine<String> line = new SharedLine<>(15, SHARES);
        IntStream.range(0, 8).forEach(i -> line.add(0, 0, "known" + i));
        IntStream.range(0, attackers).forEach(i -> line.add(1, 0, "worked" + i));
        IntStream.range(0, 3).forEach(i -> line.add(3, 0, "other" + i));
        boolean full = line.size() == 15;

        assertThat(line.hasPlace(1, 0)).isEqualTo(!full);
        assertThat(line.hasPlace(1, 1)).isTrue();
        Optional<String> displaced = line.add(1, 1, "user");
        assertThat(displaced.isPresent()).isEqualTo(full);
        displaced.ifPresent(gone -> assertThat(gone).startsWith("worked"));
        assertThat(line.ahead(1, 1)).as("at its level, now").isEqualTo(1 + 4 + 1);
        assertThat(IntStream.range(0, 6).mapToObj(any -> line.next().orElseThrow()))
                .contains("user");
    }

    @Test
    void level_gains_nothing_in_another_rank() {
        SharedLine<String> line = new SharedLine<>(15, SHARES);
        IntStream.range(0, 15).forEach(i -> line.add(0, 0, "known" + i));
        IntStream.range(0, 9).forEach(i -> line.add(1, 3, "worked" + i));

        assertThat(line.clear()).filteredOn(each -> each.startsWith("known")).hasSize(11);
    }

    @Test
    void cleared_line_is_empty() {
        SharedLine<String> line = new SharedLine<>(15, SHARES);
        line.add(0, 0, "a");
        line.add(3, 0, "b");

        assertThat(line.clear()).containsExactly("a", "b");
        assertThat(line.size()).isZero();
    }
}
