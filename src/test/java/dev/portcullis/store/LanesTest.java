package dev.portcullis.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LanesTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void lanes_are_spread_over_all_shards(int shards) {
        assertThat(IntStream.range(0, Lanes.COUNT)
                        .map(lane -> Lanes.shardOf(lane, shards))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, shards).boxed().toList());
    }
}
