package dev.portcullis.app.node.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.Lanes;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LaneSharesTest {
    @Test
    void each_lane_is_that_of_one_node_whatever_order_a_node_knows_them_in() {
        List<String> nodes = List.of("n3", "n1", "n2");
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            int each = lane;
            assertThat(nodes.stream().filter(node -> LaneShares.isOwn(each, node, nodes)))
                    .containsExactly("n" + (lane % 3 + 1));
        }
    }

    @Test
    void lanes_of_a_node_that_knows_no_other_are_its_own() {
        assertThat(IntStream.range(0, Lanes.COUNT)).allMatch(lane -> LaneShares.isOwn(lane, "n1", Set.of("n1")));
        assertThat(IntStream.range(0, Lanes.COUNT)).allMatch(lane -> LaneShares.isOwn(lane, "n1", Set.of()));
    }

    @Test
    void node_that_does_not_run_the_stage_has_no_lane() {
        assertThat(IntStream.range(0, Lanes.COUNT)).noneMatch(lane -> LaneShares.isOwn(lane, "n2", Set.of("n1", "n3")));
    }
}
