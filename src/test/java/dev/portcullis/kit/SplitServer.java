package dev.portcullis.kit;

import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Two nodes with one Redis or Redis Cluster: one with only the edge, and one with all other stages. */
public final class SplitServer implements TestServer {
    /** A machine that pauses keeps its masters. */
    private static final Duration NO_MASTER_FAILS = Duration.ofSeconds(15);

    private final String uri;
    private final String topology;
    private final Runnable atTheEnd;
    private final List<TestNode> nodes = new ArrayList<>();

    private SplitServer(String uri, String topology, Runnable atTheEnd) {
        this.uri = uri;
        this.topology = topology;
        this.atTheEnd = atTheEnd;
    }

    /** @param sets further settings of both nodes */
    public static SplitServer start(String... sets) {
        RedisProcess redis = RedisProcess.start();
        return start(new SplitServer(redis.uri(), "standalone", redis::close), sets);
    }

    /** Starts a Redis Cluster and the nodes. */
    public static SplitServer onRedisCluster() {
        RedisCluster redis = RedisCluster.start(NO_MASTER_FAILS);
        return start(new SplitServer(redis.uri(), "cluster", redis::close));
    }

    /** Uses a Redis Cluster that the caller closes. */
    public static SplitServer on(RedisCluster redis) {
        return start(new SplitServer(redis.uri(), "cluster", () -> {}));
    }

    private static SplitServer start(SplitServer site, String... sets) {
        try {
            int core = FreePort.find();
            int edge = FreePort.find();
            site.open(core, core, edge, "stages={\"auth\": 2, \"ratelimit\": 2, \"rooms\": 2, \"broadcast\": 2}", sets);
            site.open(edge, core, edge, "stages={\"edge\": 2}", sets);
            return site;
        } catch (RuntimeException | AssertionError broken) {
            site.close();
            throw broken;
        }
    }

    @Override
    public URI ws() {
        return nodes.get(1).ws();
    }

    /** For work on the event loops of the nodes. */
    public List<Vertx> vertx() {
        return nodes.stream().map(TestNode::vertx).toList();
    }

    /** The operators' listener of the node without clients. */
    public URI admin(String path) {
        return nodes.get(0).admin(path);
    }

    /** The operators' listener of the node with clients. */
    public URI edgeAdmin(String path) {
        return nodes.get(1).admin(path);
    }

    @Override
    public String token(String user, String... rooms) {
        return nodes.get(0).token(user, rooms);
    }

    public String token(String user, Role role, String... rooms) {
        return nodes.get(0).token(user, role, Duration.ofMinutes(10), rooms);
    }

    @Override
    public void close() {
        TestNode.close(nodes);
        atTheEnd.run();
    }

    private void open(int own, int first, int second, String stages, String... sets) {
        Stream<String> cluster = Stream.of(
                stages,
                "store.kind=redis",
                "store.redis.uri=" + uri,
                "store.redis.topology=" + topology,
                "cluster.enabled=true",
                "cluster.port=" + own,
                "cluster.bus.port=0",
                "cluster.members=[\"127.0.0.1:" + first + "\", \"127.0.0.1:" + second + "\"]");
        nodes.add(TestNode.steady(Stream.concat(cluster, Stream.of(sets)).toArray(String[]::new)));
    }
}
