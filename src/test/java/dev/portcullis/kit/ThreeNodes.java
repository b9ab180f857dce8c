package dev.portcullis.kit;

import dev.portcullis.protocol.Role;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Three nodes that run all stages, with one Redis; each connection and each call goes to the next node. */
public final class ThreeNodes implements TestServer {
    private final RedisProcess redis = RedisProcess.start();
    private final List<TestNode> nodes = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();

    /** @param sets further settings of all nodes */
    public ThreeNodes(String... sets) {
        List<Integer> ports = List.of(FreePort.find(), FreePort.find(), FreePort.find());
        String members =
                ports.stream().map(port -> "\"127.0.0.1:" + port + "\"").collect(Collectors.joining(",", "[", "]"));
        try {
            for (int port : ports) {
                Stream<String> cluster = Stream.of(
                        "stages={\"edge\": 1, \"auth\": 1, \"ratelimit\": 1, \"rooms\": 1, \"broadcast\": 1}",
                        "store.kind=redis",
                        "store.redis.uri=" + redis.uri(),
                        "cluster.enabled=true",
                        "cluster.port=" + port,
                        "cluster.bus.port=0",
                        "cluster.members=" + members);
                nodes.add(
                        TestNode.steady(Stream.concat(cluster, Stream.of(sets)).toArray(String[]::new)));
            }
        } catch (RuntimeException | AssertionError broken) {
            close();
            throw broken;
        }
    }

    public List<TestNode> all() {
        return List.copyOf(nodes);
    }

    public RedisProcess redis() {
        return redis;
    }

    /** The next node. */
    public TestNode node() {
        return nodes.get(Math.floorMod(next.getAndIncrement(), nodes.size()));
    }

    @Override
    public URI ws() {
        return node().ws();
    }

    @Override
    public String token(String user, String... rooms) {
        return nodes.get(0).token(user, rooms);
    }

    public String token(String user, Role role) {
        return nodes.get(0).token(user, role, Duration.ofMinutes(10));
    }

    @Override
    public void close() {
        TestNode.close(nodes);
        redis.close();
    }
}
