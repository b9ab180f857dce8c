package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.app.Main;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import io.vertx.core.eventbus.DeliveryOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificates of the command {@code certs} admit the nodes of their cluster, and no others (CWE-306). */
class CertsCommandIT {
    private static final int TIMEOUT_MS = 20_000;
    private static final List<String> NAMES = List.of("node-1", "node-2", "node-3");
    private static final List<Integer> PORTS = List.of(FreePort.find(), FreePort.find(), FreePort.find());

    @TempDir
    private static Path folder;

    private static RedisProcess redis;
    private static Nodes nodes;
    private static final Map<String, Nodes.Running> RUNNING = new HashMap<>();

    @BeforeAll
    static void start() throws Exception {
        redis = RedisProcess.start();
        nodes = new Nodes(redis.uri());
        run("certs", folder.resolve("ours").toString(), "--nodes", "node-1,node-2,node-3");
        for (int i = 0; i < NAMES.size(); i++) {
            RUNNING.put(NAMES.get(i), start(NAMES.get(i), PORTS.get(i), "ours"));
        }
    }

    @AfterAll
    static void stop() {
        nodes.close();
        redis.close();
    }

    @Test
    void three_nodes_of_one_run_reach_each_other_also_after_one_was_renewed() throws Exception {
        requireAllReachAll();
        run("certs", folder.resolve("ours").toString(), "--renew", "node-2");
        running("node-2").close();
        RUNNING.put("node-2", start("node-2", PORTS.get(1), "ours"));
        requireAllReachAll();
    }

    @Test
    void node_of_another_run_fails_to_start_and_the_cause_is_its_certificate() throws Exception {
        run("certs", folder.resolve("others").toString(), "--nodes", "node-4");
        try (Nodes.Running foreign = start("node-4", FreePort.find(), "others")) {
            assertThatThrownBy(() -> Nodes.await(foreign.verticle().reachPeer()))
                    .isInstanceOf(ClusterJoinException.class)
                    .hasMessageContaining("node-1 at 127.0.0.1:" + PORTS.get(0))
                    .hasMessageContaining("certificate");
        }
    }

    private static void requireAllReachAll() {
        for (String from : NAMES) {
            for (String to : NAMES) {
                String answer = Nodes.await(running(from)
                        .vertx()
                        .eventBus()
                        .<String>request("node@" + to, "", new DeliveryOptions().setSendTimeout(TIMEOUT_MS))
                        .map("answered")
                        .otherwise(Throwable::toString));
                assertThat(answer).as(from + " asks " + to).isEqualTo("answered");
            }
        }
    }

    private static Nodes.Running running(String name) {
        Nodes.Running running = RUNNING.get(name);
        if (running == null) {
            throw new AssertionError(name);
        }
        return running;
    }

    private static Nodes.Running start(String name, int port, String cluster) throws Exception {
        Path own = folder.resolve(cluster).resolve(name);
        ClusterConfig config = ClusterFixture.node(
                port,
                PORTS,
                "cluster.tls.certificate=" + own.resolve("node.pem"),
                "cluster.tls.key=" + own.resolve("node-key.pem"),
                "cluster.tls.ca=" + own.resolve("cluster-ca.pem"));
        return nodes.start(name, config, ClusterFixture.settings("portcullis"));
    }

    private static void run(String... arguments) {
        assertThat(Main.commands(Map.of(), config -> 0)
                        .setOut(new PrintWriter(PrintWriter.nullWriter()))
                        .execute(arguments))
                .isZero();
    }
}
