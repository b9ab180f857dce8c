package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisProcess;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes that find each other, on loopback and over a real Redis. */
class ClusterTest {
    private static RedisProcess redis;

    private final List<Integer> ports = List.of(Given.freePort(), Given.freePort(), Given.freePort());
    private Nodes nodes;

    @BeforeAll
    static void startRedis() {
        redis = RedisProcess.start();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void begin() {
        redis.kill();
        redis.restart();
        nodes = new Nodes(redis.uri());
    }

    @AfterEach
    void end() {
        nodes.close();
    }

    @Test
    void three_nodes_find_each_other() throws Exception {
        Nodes.Running a = start(0);
        Nodes.Running b = start(1);
        Nodes.Running c = start(2);
        known(a, "n-1", "n-2");
        known(b, "n-0", "n-2");
        known(c, "n-0", "n-1");
    }

    @Test
    void a_node_that_leaves_as_planned_is_unknown_at_once_and_not_reported_as_silent() throws Exception {
        Nodes.Running a = start(0);
        Nodes.Running b = start(1);
        known(a, "n-1");
        Nodes.await(b.verticle().serve(Map.of()));
        known(a);
        assertThat(a.heard().left()).as("it still lives").isEmpty();
    }

    @Test
    void a_node_that_vanishes_is_taken_off_before_its_row_lapses() throws Exception {
        Nodes.Running a = start(0);
        Nodes.Running b = start(1);
        known(a, "n-1");
        b.vanish();
        known(a);
        assertThat(a.heard().left()).containsExactly("n-1");
    }

    @Test
    void a_node_with_other_facts_is_refused_with_one_line_and_nobody_hears_of_it() throws Exception {
        Nodes.Running a = start(0);
        assertThatThrownBy(() -> nodes.start("n-1", node(1), Given.facts("another")))
                .isInstanceOf(ClusterUnjoined.class)
                .hasMessage("this node does not fit into the running cluster: n-0 has another value of cluster.name;"
                        + " make both the same, or give this node another store");
        assertThat(a.cluster().membership().names()).containsExactly("n-0");
        assertThat(a.heard().left()).isEmpty();
    }

    @Test
    void a_node_that_may_differ_is_let_in() throws Exception {
        Nodes.Running a = nodes.start("n-0", node(0), issuers("old"));
        assertThatThrownBy(() -> nodes.start("n-1", node(1), issuers("new")))
                .hasMessageContaining("n-0 has another value of auth.issuers");
        nodes.start("n-1", node(1, "cluster.mayDiffer=[\"issuers\"]"), issuers("new"));
        known(a, "n-1");
    }

    /** Their members lists meet, their stores do not: each would order the same rooms anew. */
    @Test
    void a_node_with_another_store_leaves_with_one_line() throws Exception {
        Nodes.Running a = start(0);
        try (RedisProcess other = RedisProcess.start();
                Nodes strangers = new Nodes(other.uri())) {
            assertThatThrownBy(() -> strangers.start("n-1", node(1), Given.facts("portcullis")))
                    .isInstanceOf(ClusterUnjoined.class)
                    .hasMessage("this node does not fit into the running cluster: n-0 is a member of the cluster and"
                            + " not in this node's store; let both use the same store, or give this cluster another"
                            + " name and other members");
        }
        assertThat(Await.until(() -> a.cluster().membership().names().equals(Set.of("n-0"))))
                .isTrue();
        assertThat(Nodes.peers(a)).isEmpty();
    }

    @Test
    void a_port_in_use_is_one_line() throws Exception {
        start(0);
        assertThatThrownBy(() -> nodes.start("n-1", node(0), Given.facts("portcullis")))
                .isInstanceOf(ClusterUnjoined.class)
                .hasMessageStartingWith("the cluster can't be joined at 127.0.0.1:" + ports.get(0));
    }

    private Nodes.Running start(int i) throws Exception {
        return nodes.start("n-" + i, node(i), Given.facts("portcullis"));
    }

    private ClusterConfig node(int i, String... sets) {
        return Given.node(ports.get(i), ports, sets);
    }

    private static Facts issuers(String key) {
        return new Facts(1, Map.of(Fact.ISSUERS, Set.of(key)));
    }

    private static void known(Nodes.Running node, String... others) {
        assertThat(Await.until(() -> Nodes.peers(node).equals(List.of(others))))
                .as(node.name() + " knows " + List.of(others) + " and not " + Nodes.peers(node))
                .isTrue();
    }
}
