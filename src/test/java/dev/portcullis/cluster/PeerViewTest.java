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
    void whom_the_directory_shows_and_hazelcast_reaches_can_be_asked() {
        view.membersChanged(Set.of("me", "a"));
        read("me", "a", "b");
        assertThat(reported).containsExactly(new PeerNode("a", Map.of(Stage.ROOMS, 1)));
        view.membersChanged(Set.of("me", "a", "b"));
        assertThat(reported).extracting(PeerNode::node).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void who_starts_or_drains_can_not_be_asked() {
        view.membersChanged(Set.of("me", "a"));
        view.directoryRead(List.of(row("a").serving(Map.of())));
        assertThat(reported).isEmpty();
        assertThat(view.serving()).isEmpty();
    }

    @Test
    void a_closed_connection_takes_a_node_off_at_once_whatever_the_directory_says() {
        view.membersChanged(Set.of("me", "a"));
        read("me", "a");
        view.membersChanged(Set.of("me"));
        assertThat(reported).isEmpty();
        assertThat(view.serving())
                .as("so it is known that somebody is not heard")
                .containsExactly("a");
    }

    @Test
    void who_serves_and_is_reached_can_be_met() {
        view.membersChanged(Set.of("me", "a", "starting"));
        view.directoryRead(List.of(row("a"), row("dead"), row("starting").serving(Map.of())));
        assertThat(view.reachable()).containsExactly("a");
    }

    /** Whoever went while the node looked round for the first time must not come back with what it saw. */
    @Test
    void what_was_seen_at_the_start_is_older_than_what_was_told_since() {
        view.membersChanged(Set.of("me"));
        view.initMembers(Set.of("me", "dead"));
        read("me", "dead");
        assertThat(reported).isEmpty();
    }

    @Test
    void where_nothing_was_told_what_was_seen_at_the_start_holds() {
        view.initMembers(Set.of("me", "a"));
        read("me", "a");
        assertThat(reported).extracting(PeerNode::node).containsExactly("a");
    }

    /** A store that lost everything learns of the nodes one after the other. */
    @Test
    void a_row_may_be_missing_for_a_moment() {
        view.membersChanged(Set.of("me", "a"));
        read("me", "a");
        read("me");
        read("me");
        assertThat(reported).hasSize(1);
        read("me");
        assertThat(reported).isEmpty();
    }

    @Test
    void who_came_first_knows_it() {
        assertThat(view.age()).isEqualTo(Peers.NONE);
        read("me");
        assertThat(view.age()).isEqualTo(Peers.NONE);
        read("me", "a");
        assertThat(view.age()).isEqualTo(Peers.YOUNGER);
        read("a", "me");
        assertThat(view.age()).isEqualTo(Peers.OLDER);
        view.directoryRead(List.of(row("a").serving(Map.of()), row("me")));
        assertThat(view.age()).as("it only starts").isEqualTo(Peers.NONE);
    }

    private void read(String... nodes) {
        view.directoryRead(Stream.of(nodes).map(PeerViewTest::row).toList());
    }

    private static NodeRow row(String node) {
        return new NodeRow(node, ClusterFixture.settings("x"), Map.of(Stage.ROOMS, 1), "0.1.0");
    }
}
