package dev.portcullis.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InstanceDirectoryTest {
    private final InstanceDirectory instances =
            new InstanceDirectory("n1", new BusConfig(1_000, 100), (node, answers) -> {});

    /** Hash codes of small numbers differ only in a few low bits. */
    @Test
    void keys_that_are_multiples_of_the_instance_count_are_spread_too() {
        IntStream.range(0, 4).forEach(instance -> instances.registerLocal(Stage.ROOMS, instance));
        assertThat(IntStream.range(0, 100)
                        .map(i -> chosen(i * 4, 0).instance())
                        .distinct()
                        .boxed())
                .containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    /** A node that is slow for a moment must not send its questions to one that is gone. */
    @Test
    void of_nodes_that_all_owe_answers_the_one_that_began_last_is_asked() {
        instances.updatePeers(List.of(peer("gone", 2), peer("slow", 3)));
        at("gone").answers().asked(at(0));
        assertThat(nodesChosen(at(5_000))).containsOnly("slow");
        at("slow").answers().asked(at(6_000));
        assertThat(nodesChosen(at(7_000))).containsOnly("slow");
        assertThat(IntStream.range(0, 100).map(key -> chosen(key, at(7_000)).instance()))
                .contains(0, 1, 2);
        at("gone").answers().answered();
        assertThat(nodesChosen(at(8_000))).containsOnly("gone");
        at("slow").answers().answered();
        assertThat(nodesChosen(at(9_000))).contains("gone", "slow");
    }

    private List<String> nodesChosen(long now) {
        return IntStream.range(0, 100).mapToObj(key -> chosen(key, now).node()).toList();
    }

    private StageInstance chosen(int key, long now) {
        return instances.choose(Stage.ROOMS, key, List.of(), now).orElseThrow().instance();
    }

    private StageInstance at(String node) {
        return instances.find(Stage.ROOMS, node, 0).orElseThrow();
    }

    private static PeerNode peer(String node, int rooms) {
        return new PeerNode(node, Map.of(Stage.ROOMS, rooms));
    }

    private static long at(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }
}
