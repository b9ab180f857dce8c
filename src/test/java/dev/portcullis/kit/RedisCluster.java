package dev.portcullis.kit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A real Redis Cluster on loopback: three masters, and a replica of the first. */
public final class RedisCluster implements AutoCloseable {
    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;
    private static final int TRIES = 20;
    private static final Duration A_WHILE = Duration.ofSeconds(3);

    /** Processes that pause together believe the others dead when they go on. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final List<RedisProcess> masters = new ArrayList<>();
    private final List<RedisProcess> replicas = new ArrayList<>();

    private RedisCluster() {}

    public static RedisCluster start() {
        return start(TIMEOUT);
    }

    /**
     * @param timeout after which a master that does not answer is replaced
     * @param settings of each server
     */
    public static RedisCluster start(Duration timeout, String... settings) {
        RedisCluster cluster = new RedisCluster();
        for (int i = 0; i < MASTERS; i++) {
            cluster.masters.add(node(timeout, settings));
        }
        cluster.replicas.add(node(timeout, settings));
        cluster.introduce();
        return cluster;
    }

    /** The value for {@code store.redis.uri}: one node, which knows the others. */
    public String uri() {
        return masters.get(1).uri();
    }

    public RedisProcess master(int index) {
        return masters.get(index);
    }

    /** The server that follows the first master at the start. */
    public RedisProcess replica() {
        return replicas.get(0);
    }

    /** Returns when the replica has everything that the first master has now. */
    public void awaitReplica() {
        long wanted = new RedisConsole(masters.get(0)).replication("master_repl_offset");
        RedisConsole replica = new RedisConsole(replicas.get(0));
        if (!Await.until(() -> replica.replication("slave_repl_offset") >= wanted)) {
            throw new IllegalStateException("the replica does not catch up");
        }
    }

    public String idOf(RedisProcess node) {
        return new RedisConsole(node).ask("CLUSTER", "MYID");
    }

    /** The index of the master that had the slot at the start. */
    public int ownerOf(int slot) {
        return Math.min(MASTERS - 1, slot / (SLOTS / MASTERS));
    }

    @Override
    public void close() {
        all().forEach(RedisProcess::close);
    }

    private void introduce() {
        for (int i = 0; i < MASTERS; i++) {
            RedisConsole console = new RedisConsole(masters.get(i));
            console.ask("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
            int mine = i;
            console.ask(Stream.concat(
                            Stream.of("CLUSTER", "ADDSLOTS"),
                            IntStream.range(0, SLOTS)
                                    .filter(slot -> ownerOf(slot) == mine)
                                    .mapToObj(Integer::toString))
                    .toArray(String[]::new));
        }
        meet("cluster_known_nodes:" + (MASTERS + replicas.size()));
        settle("cluster_state:ok");
        String first = idOf(masters.get(0));
        replicas.forEach(replica -> new RedisConsole(replica).ask("CLUSTER", "REPLICATE", first));
        replicas.forEach(replica -> expect(replica, "master_link_status:up", "INFO", "replication"));
    }

    /** Repeats the greeting, because nodes forget one that takes longer than {@code cluster-node-timeout}. */
    private void meet(String fact) {
        for (int tries = 0; tries < TRIES; tries++) {
            all().skip(1)
                    .forEach(node ->
                            new RedisConsole(masters.get(0)).ask("CLUSTER", "MEET", "127.0.0.1", "" + node.port()));
            if (Await.until(() -> all().allMatch(node -> says(node, fact, "CLUSTER", "INFO")), A_WHILE)) {
                return;
            }
        }
        throw new IllegalStateException("the Redis Cluster does not come to " + fact);
    }

    private void settle(String fact) {
        all().forEach(node -> expect(node, fact, "CLUSTER", "INFO"));
    }

    private static void expect(RedisProcess node, String fact, String... question) {
        if (!Await.until(() -> says(node, fact, question))) {
            throw new IllegalStateException("the Redis Cluster does not come to " + fact);
        }
    }

    private static boolean says(RedisProcess node, String fact, String... question) {
        return new RedisConsole(node).ask(question).contains(fact);
    }

    private Stream<RedisProcess> all() {
        return Stream.concat(masters.stream(), replicas.stream());
    }

    private static RedisProcess node(Duration timeout, String... settings) {
        return RedisProcess.start(Stream.concat(
                        Stream.of("--cluster-enabled", "yes", "--cluster-node-timeout", "" + timeout.toMillis()),
                        Stream.of(settings))
                .toArray(String[]::new));
    }
}
