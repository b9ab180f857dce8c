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
    private List<PeerNode> reported = List.of();
    private final PeerView view = new PeerView("me", peers -> reported = peers);

    @Test
    void peer_is_a_node_in_the_directory_that_hazelcast_reaches() {
        view.membersChanged(Set.of("me", "a"));
        read("me", "a", "b");
        assertThat(reported).containsExactly(new PeerNode("a", Map.of(Stage.ROOMS, 1)));
        view.membersChanged(Set.of("me", "a", "b"));
        assertThat(reported).extracting(PeerNode::node).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void starting_or_draining_node_is_no_peer() {
        view.membersChanged(Set.of("me", "a"));
        view.directoryRead(List.of(row("a").serving(Map.of())), 0);
        assertThat(reported).isEmpty();
        assertThat(view.serving()).isEmpty();
    }

    @Test
    void node_with_a_closed_connection_is_removed_at_once() {
        view.membersChanged(Set.of("me", "a"));
        read("me", "a");
        view.membersChanged(Set.of("me"));
        assertThat(reported).isEmpty();
        assertThat(view.serving())
                .as("it still counts for the detection of isolation")
                .containsExactly("a");
    }

    @Test
    void reachable_nodes_serve_and_are_members() {
        view.membersChanged(Set.of("me", "a", "starting"));
        view.directoryRead(List.of(row("a"), row("dead"), row("starting").serving(Map.of())), 0);
        assertThat(view.reachable()).containsExactly("a");
    }

    /** A node that left during the first read of the members must not come back with it. */
    @Test
    void initial_members_do_not_replace_a_later_change() {
        view.membersChanged(Set.of("me"));
        view.initMembers(Set.of("me", "dead"));
        read("me", "dead");
        assertThat(reported).isEmpty();
    }

    @Test
    void initial_members_count_without_a_later_change() {
        view.initMembers(Set.of("me", "a"));
        read("me", "a");
        assertThat(reported).extracting(PeerNode::node).containsExactly("a");
    }

    /** A store that lost its data learns the nodes one after the other. */
    @Test
    void node_is_kept_while_its_row_is_missing_for_two_reads() {
        view.membersChanged(Set.of("me", "a"));
        read("me", "a");
        read("me");
        read("me");
        assertThat(reported).hasSize(1);
        read("me");
        assertThat(reported).isEmpty();
    }

    @Test
    void age_tells_whether_an_older_node_serves() {
        assertThat(view.age()).isEqualTo(Peers.NONE);
        read("me");
        assertThat(view.age()).isEqualTo(Peers.NONE);
        read("me", "a");
        assertThat(view.age()).isEqualTo(Peers.YOUNGER);
        read("a", "me");
        assertThat(view.age()).isEqualTo(Peers.OLDER);
        view.directoryRead(List.of(row("a").serving(Map.of()), row("me")), 0);
        assertThat(view.age()).as("the other node only starts").isEqualTo(Peers.NONE);
    }

    @Test
    void nodes_are_described_with_this_one_first_and_the_age_of_their_rows() {
        view.membersChanged(Set.of("me", "b"));
        view.directoryRead(List.of(row("b"), row("me"), row("a").serving(Map.of())), 5_000_000_000L);
        view.directoryRead(List.of(row("me")), 6_000_000_000L);
        assertThat(view.described(6_250_000_000L))
                .containsExactly(
                        new ClusterNode("me", "0.1.0", Map.of(Stage.ROOMS, 1), true, 250),
                        new ClusterNode("a", "0.1.0", Map.of(), false, 1_250),
                        new ClusterNode("b", "0.1.0", Map.of(Stage.ROOMS, 1), true, 1_250));
    }

    private void read(String... nodes) {
        view.directoryRead(Stream.of(nodes).map(PeerViewTest::row).toList(), 0);
    }

    private static NodeRow row(String node) {
        return new NodeRow(node, ClusterFixture.settings("x"), Map.of(Stage.ROOMS, 1), "0.1.0");
    }
}
