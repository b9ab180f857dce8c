package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.bus.PeerNode;
import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.IsolationDetector.Peers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PeerViewTest {
    private List<PeerNode> met = List.of();
    private final PeerView neighbours = new PeerView("me", peers -> met = peers);

    @Test
    void whom_the_directory_shows_and_hazelcast_reaches_can_be_asked() {
        neighbours.membersChanged(Set.of("me", "a"));
        read("me", "a", "b");
        assertThat(met).containsExactly(new PeerNode("a", Map.of(Stage.ROOMS, 1)));
        neighbours.membersChanged(Set.of("me", "a", "b"));
        assertThat(met).extracting(PeerNode::node).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void who_starts_or_drains_can_not_be_asked() {
        neighbours.membersChanged(Set.of("me", "a"));
        neighbours.directoryRead(List.of(row("a").serving(Map.of())));
        assertThat(met).isEmpty();
        assertThat(neighbours.serving()).isEmpty();
    }

    @Test
    void a_closed_connection_takes_a_node_off_at_once_whatever_the_directory_says() {
        neighbours.membersChanged(Set.of("me", "a"));
        read("me", "a");
        neighbours.membersChanged(Set.of("me"));
        assertThat(met).isEmpty();
        assertThat(neighbours.serving())
                .as("so it is known that somebody is not heard")
                .containsExactly("a");
    }

    @Test
    void who_serves_and_is_reached_can_be_met() {
        neighbours.membersChanged(Set.of("me", "a", "starting"));
        neighbours.directoryRead(List.of(row("a"), row("dead"), row("starting").serving(Map.of())));
        assertThat(neighbours.reached()).containsExactly("a");
    }

    /** Whoever went while the node looked round for the first time must not come back with what it saw. */
    @Test
    void what_was_seen_at_the_start_is_older_than_what_was_told_since() {
        neighbours.membersChanged(Set.of("me"));
        neighbours.begin(Set.of("me", "dead"));
        read("me", "dead");
        assertThat(met).isEmpty();
    }

    @Test
    void where_nothing_was_told_what_was_seen_at_the_start_holds() {
        neighbours.begin(Set.of("me", "a"));
        read("me", "a");
        assertThat(met).extracting(PeerNode::node).containsExactly("a");
    }

    /** A store that lost everything learns of the nodes one after the other. */
    @Test
    void a_row_may_be_missing_for_a_moment() {
        neighbours.membersChanged(Set.of("me", "a"));
        read("me", "a");
        read("me");
        read("me");
        assertThat(met).hasSize(1);
        read("me");
        assertThat(met).isEmpty();
    }

    @Test
    void who_came_first_knows_it() {
        assertThat(neighbours.age()).isEqualTo(Peers.NONE);
        read("me");
        assertThat(neighbours.age()).isEqualTo(Peers.NONE);
        read("me", "a");
        assertThat(neighbours.age()).isEqualTo(Peers.YOUNGER);
        read("a", "me");
        assertThat(neighbours.age()).isEqualTo(Peers.OLDER);
        neighbours.directoryRead(List.of(row("a").serving(Map.of()), row("me")));
        assertThat(neighbours.age()).as("it only starts").isEqualTo(Peers.NONE);
    }

    private void read(String... nodes) {
        neighbours.directoryRead(Stream.of(nodes).map(PeerViewTest::row).toList());
    }

    private static NodeRow row(String node) {
        return new NodeRow(node, ClusterFixture.facts("x"), Map.of(Stage.ROOMS, 1), "0.1.0");
    }
}
