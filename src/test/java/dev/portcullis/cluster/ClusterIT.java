package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes that find each other on loopback, with a real Redis. */
class ClusterIT {
    private static final List<Integer> PORTS = List.of(FreePort.find(), FreePort.find(), FreePort.find());

    /** A node that was paused for a few seconds counts its rounds from zero. */
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static RedisProcess redis;
    private static Nodes first;
    private static Nodes.Running a;
    private final String b = "b" + COUNT.incrementAndGet();
    private final String c = "c" + COUNT.get();
    private Nodes nodes;

    @BeforeAll
    static void startOne() throws Exception {
        redis = RedisProcess.start();
        first = new Nodes(redis.uri());
        a = first.start("a", node(0), settings("old"));
    }

    @AfterAll
    static void stopOne() {
        first.close();
        redis.close();
    }

    @BeforeEach
    void open() {
        nodes = new Nodes(redis.uri());
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    @Test
    void nodes_find_each_other_and_a_draining_one_is_removed_from_the_peers() throws Exception {
        Nodes.Running second = start(b, 1);
        Nodes.Running third = start(c, 2);
        assertPeers(a, b, c);
        assertThat(a.verticle().size()).isEqualTo(3);
        assertPeers(second, "a", c);
        assertPeers(third, "a", b);
        Nodes.await(second.verticle().serve(Map.of()));
        assertPeers(a, c);
        second.close();
        assertThat(Await.until(() -> !a.cluster().membership().names().contains(b)))
                .isTrue();
        assertThat(a.listener().lostNodes()).as("it left the directory first").doesNotContain(b);
    }

    @Test
    void crashed_node_is_removed_before_its_row_expires() throws Exception {
        Nodes.Running second = start(b, 1);
        assertPeers(a, b);
        second.vanish();
        assertPeers(a);
        assertThat(Await.until(() -> a.listener().lostNodes().contains(b))).isTrue();
        assertThat(a.listener().lostNodes()).containsOnlyOnce(b);
    }

    @Test
    void node_reaches_a_live_peer_and_does_not_wait_for_a_dead_one() throws Exception {
        Nodes.Running second = start(b, 1);
        assertPeers(a, b);
        Nodes.await(second.verticle().reachPeer());
        second.vanish();
        assertThat(Await.until(() -> a.verticle().size() == 1)).isTrue();
        Nodes.await(a.verticle().reachPeer());
    }

    /** Without that it would run on forever: its row is in the store, but no node asks it anything. */
    @Test
    void isolated_node_registers_again_and_then_exits() throws Exception {
        Nodes.Running second =
                nodes.start(b, node(1, "cluster.directoryTtlMs=5000", "cluster.isolatedAfterMs=6000"), settings("old"));
        assertPeers(a, b);
        second.vanish();
        assertThat(Await.until(() -> second.listener().registrations().get() > 0))
                .isTrue();
        assertThat(Await.until(() -> second.listener().exits().get() == 1, LONG))
                .isTrue();
        assertThat(a.listener().exits()).hasValue(0);
    }

    @Test
    void node_with_other_settings_is_refused_with_one_line_and_is_never_seen_by_others() {
        assertThatThrownBy(() -> nodes.start(b, node(1), ClusterFixture.settings("another")))
                .isInstanceOf(ClusterJoinException.class)
                .hasMessage("this node does not fit into the running cluster: a has another value of cluster.name;"
                        + " make both the same, or give this node another store");
        assertThat(a.listener().lostNodes()).doesNotContain(b);
    }

    @Test
    void node_with_an_allowed_difference_joins() throws Exception {
        assertThatThrownBy(() -> nodes.start(b, node(1), settings("new")))
                .hasMessageContaining("a has another value of auth.issuers");
        nodes.start(b, node(1, "cluster.allowedDifferences=[\"issuers\"]"), settings("new"));
        assertPeers(a, b);
    }

    /** Their member lists overlap, their stores differ: each store would order the same rooms differently. */
    @Test
    void node_with_another_store_is_refused_with_one_line() throws Exception {
        try (RedisProcess other = RedisProcess.start();
                Nodes otherNodes = new Nodes(other.uri())) {
            assertThatThrownBy(() -> otherNodes.start(b, node(1), settings("old")))
                    .isInstanceOf(ClusterJoinException.class)
                    .hasMessage("this node does not fit into the running cluster: a is a member of the cluster and"
                            + " not in this node's store; let both use the same store, or give this cluster another"
                            + " name and other members")
                    .satisfies(refused -> assertThat(((ClusterJoinException) refused).isTemporary())
                            .as("the member may only be too busy to write its row, so the start is tried again")
                            .isTrue());
        }
        assertThat(Await.until(() -> a.cluster().membership().names().equals(Set.of("a"))))
                .isTrue();
        assertPeers(a);
    }

    /** A member on a busy machine writes its row seconds after it joined. */
    @Test
    void member_whose_row_comes_late_is_waited_for() throws Exception {
        ClusterConfig joining = node(1);
        try (RedisProcess other = RedisProcess.start();
                Nodes otherNodes = new Nodes(other.uri())) {
            NodeDirectory directory = NodeDirectory.of(Nodes.await(otherNodes.open(a.vertx())), joining);
            NodeRow late = new NodeRow("a", settings("old"), Map.of(), "0.1.0");
            a.vertx().setTimer(7_000, any -> a.vertx().setPeriodic(0, 1_000, again -> directory.renew(late)));
            otherNodes.start(b, joining, settings("old"));
            assertThat(a.cluster().membership().names()).contains(b);
        }
    }

    @Test
    void node_that_has_missed_a_reload_of_all_hears_of_it_and_one_that_joins_later_does_not() throws Exception {
        List<String> missed = new CopyOnWriteArrayList<>();
        Nodes.Running second = start(b, 1);
        assertPeers(a, b);
        a.verticle().whenOutdated(missed::add);
        List<String> ofSecond = new CopyOnWriteArrayList<>();
        second.verticle().whenOutdated(ofSecond::add);

        Nodes.await(second.verticle().share(settings("old"), "1-reload"));
        assertThat(Await.until(() -> missed.contains("1-reload"))).isTrue();
        Nodes.await(a.verticle().share(settings("old"), "1-reload"));

        List<String> ofThird = new CopyOnWriteArrayList<>();
        Nodes.Running third = start(c, 2);
        third.verticle().whenOutdated(ofThird::add);
        Nodes.await(second.verticle().share(settings("old"), "2-reload"));
        assertThat(Await.until(() -> ofThird.contains("2-reload"))).isTrue();
        assertThat(ofThird).doesNotContain("1-reload");
        assertThat(ofSecond).isEmpty();
    }

    @Test
    void join_with_a_port_in_use_fails_with_one_line() {
        assertThatThrownBy(() -> nodes.start(b, node(0), settings("old")))
                .isInstanceOf(ClusterJoinException.class)
                .hasMessageStartingWith("the cluster cannot be joined at 127.0.0.1:" + PORTS.get(0));
    }

    /** A row left behind would keep the node from coming back at once. */
    @Test
    void refused_node_leaves_no_row_behind() throws Exception {
        assertThatThrownBy(() -> nodes.start(b, node(0), settings("old"))).isInstanceOf(ClusterJoinException.class);
        nodes.start(c, node(1), settings("old"));
        assertThat(Nodes.await(NodeDirectory.of(Nodes.await(nodes.open(a.vertx())), node(1))
                        .read()))
                .extracting(NodeRow::node)
                .contains("a", c)
                .doesNotContain(b);
    }

    private Nodes.Running start(String name, int i) throws Exception {
        return nodes.start(name, node(i), settings("old"));
    }

    private static ClusterConfig node(int i, String... sets) {
        return ClusterFixture.node(PORTS.get(i), PORTS, sets);
    }

    private static SharedSettings settings(String issuer) {
        return new SharedSettings(
                1, Map.of(SharedSetting.NAME, Set.of("portcullis"), SharedSetting.ISSUERS, Set.of(issuer)));
    }

    private static void assertPeers(Nodes.Running node, String... others) {
        assertThat(Await.until(() -> Nodes.peers(node).equals(List.of(others))))
                .as(node.name() + " knows the peers " + List.of(others))
                .isTrue();
    }
}
