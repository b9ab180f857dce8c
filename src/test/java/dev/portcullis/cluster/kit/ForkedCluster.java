package dev.portcullis.cluster.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.PrivateAuthority;
import dev.portcullis.kit.RedisProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Three nodes, each in a process of its own, and a Redis that keeps what it acknowledged: one node with all stages, one
 * with only an edge, and one without an edge. Each reaches Redis through a proxy of its own.
 */
public final class ForkedCluster implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int CLUSTER_PORT = 5_701;
    private static final Duration WHOLE_WITHIN = Duration.ofMinutes(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
    private static final List<String> NAMES = List.of("whole", "edge", "core");
    private static final List<List<String>> STAGES = List.of(
            List.of("edge", "auth", "ratelimit", "rooms", "broadcast"),
            List.of("edge"),
            List.of("auth", "ratelimit", "rooms", "broadcast"));

    private RedisProcess redis;
    private final List<CuttableProxy> proxies = new ArrayList<>();
    private final List<NodeFork> nodes = new ArrayList<>();

    private ForkedCluster(RedisProcess redis) {
        this.redis = redis;
    }

    /**
     * Starts the cluster on the loopback of this machine. Returns when all nodes are ready.
     *
     * @param sets further settings of each node, as {@code --set} takes them
     */
    public static ForkedCluster start(Path folder, String... sets) throws Exception {
        return of(folder, NAMES, STAGES, sets);
    }

    /**
     * Starts other nodes than these three on the loopback of this machine. Returns when all are ready.
     *
     * @param stages of each node, in the order of their names
     */
    public static ForkedCluster of(Path folder, List<String> names, List<List<String>> stages, String... sets)
            throws Exception {
        List<NodePlacement> placements = IntStream.range(0, names.size())
                .mapToObj(i -> new NodePlacement(
                        names.get(i), stages.get(i), List.of(), LOOPBACK, LOOPBACK, FreePort.find(), Optional.empty()))
                .toList();
        return open(folder, LOOPBACK, placements, sets);
    }

    /** Starts each node in a network of its own, with the bus under TLS. Returns when all are ready. */
    public static ForkedCluster start(Path folder, Networks networks) throws Exception {
        PrivateAuthority authority = PrivateAuthority.in(folder);
        List<NodePlacement> placements = IntStream.range(0, NAMES.size())
                .mapToObj(i -> new NodePlacement(
                        NAMES.get(i),
                        STAGES.get(i),
                        networks.within(i),
                        networks.address(i),
                        networks.addressAmongNodes(i),
                        CLUSTER_PORT,
                        Optional.of(tls(authority, NAMES.get(i)))))
                .toList();
        return open(folder, networks.hostAddress(), placements);
    }

    private static JsonObject tls(PrivateAuthority authority, String name) {
        PrivateAuthority.Issued issued = authority.issue(name);
        return new JsonObject()
                .put("certificate", issued.certificate().toString())
                .put("key", issued.key().toString())
                .put("ca", authority.certificate().toString());
    }

    private static ForkedCluster open(Path folder, String here, List<NodePlacement> placements, String... sets)
            throws Exception {
        ForkedCluster cluster = new ForkedCluster(RedisProcess.startKeeping());
        try {
            for (NodePlacement each : placements) {
                CuttableProxy proxy = CuttableProxy.between(here, cluster.redis.port());
                cluster.proxies.add(proxy);
                String uri = "redis://" + here + ":" + proxy.port();
                Path config = folder.resolve(each.name() + ".json");
                Files.writeString(config, each.config(uri, placements).encodePrettily());
                cluster.nodes.add(NodeFork.start(each.name(), each.within(), config, sets));
            }
            return cluster;
        } catch (Exception | AssertionError failure) {
            cluster.close();
            throw failure;
        }
    }

    /**
     * Removes faults that are left, and restarts exited nodes as a supervisor would. Returns when every node reaches all
     * others: halves that were apart find each other after seconds, or one of them exits first.
     */
    public void heal() throws Exception {
        if (!redis.isAlive()) {
            redis.restart();
        }
        proxies.forEach(CuttableProxy::pass);
        long deadline = System.nanoTime() + WHOLE_WITHIN.toNanos();
        reviveAll();
        while (!isWhole()) {
            assertThat(System.nanoTime() - deadline)
                    .as("the nodes find each other")
                    .isNegative();
            Await.pass(BETWEEN_LOOKS);
            reviveAll();
        }
    }

    private void reviveAll() throws Exception {
        for (NodeFork each : nodes) {
            each.heal();
        }
    }

    private boolean isWhole() throws Exception {
        for (NodeFork each : nodes) {
            if (!each.reachesNodes(nodes.size())) {
                return false;
            }
        }
        return true;
    }

    /** Returns when all nodes are ready; fails if one has exited. */
    public void awaitReady() throws Exception {
        for (NodeFork each : nodes) {
            each.awaitReady();
        }
    }

    public RedisProcess redis() {
        return redis;
    }

    /** Replaces Redis, which is dead, by this replica. */
    public void failOver(RedisProcess replica) {
        redis.close();
        redis = replica;
        proxies.forEach(proxy -> proxy.redirectTo(replica.port()));
    }

    public List<NodeFork> nodes() {
        return List.copyOf(nodes);
    }

    /** The node with all stages. */
    public NodeFork whole() {
        return nodes.get(0);
    }

    /** The nodes with an edge. */
    public List<NodeFork> edgeNodes() {
        return nodes.subList(0, 2);
    }

    /** The proxy between this node and Redis. */
    public CuttableProxy proxyToRedis(NodeFork node) {
        return proxies.get(nodes.indexOf(node));
    }

    @Override
    public void close() {
        nodes.forEach(NodeFork::close);
        proxies.forEach(CuttableProxy::close);
        redis.close();
    }
}
