package dev.portcullis.cluster.kit;

import dev.portcullis.kit.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Three nodes, each in a process of its own, and a Redis that keeps what it acknowledged: one node that runs all stages,
 * one that is only an edge, and one that has no edge. Each reaches Redis through a network of its own.
 */
public final class ForkedCluster implements AutoCloseable {
    private static final List<String> NAMES = List.of("whole", "edge", "core");
    private static final List<String> STAGES = List.of(
            "stages={\"edge\": 1, \"auth\": 1, \"ratelimit\": 1, \"rooms\": 1, \"broadcast\": 1}",
            "stages={\"edge\": 1}",
            "stages={\"auth\": 1, \"ratelimit\": 1, \"rooms\": 1, \"broadcast\": 1}");

    private final RedisProcess redis;
    private final List<CuttableProxy> lines = new ArrayList<>();
    private final List<NodeFork> nodes = new ArrayList<>();

    private ForkedCluster(RedisProcess redis) {
        this.redis = redis;
    }

    /** Returns once all are ready. */
    public static ForkedCluster start(Path folder, String... sets) throws Exception {
        ForkedCluster cluster = new ForkedCluster(RedisProcess.start("--appendonly", "yes", "--appendfsync", "always"));
        try {
            cluster.open(folder, sets);
            return cluster;
        } catch (Exception | AssertionError broken) {
            cluster.close();
            throw broken;
        }
    }

    private void open(Path folder, String... sets) throws Exception {
        List<Integer> ports =
                IntStream.range(0, NAMES.size()).mapToObj(i -> freePort()).toList();
        for (int i = 0; i < NAMES.size(); i++) {
            CuttableProxy line = CuttableProxy.to(redis.port());
            lines.add(line);
            Path config = Files.writeString(folder.resolve(NAMES.get(i) + ".json"), config(ports, i, line.port()));
            String[] all =
                    Stream.concat(Stream.of(STAGES.get(i)), Stream.of(sets)).toArray(String[]::new);
            nodes.add(NodeFork.start(NAMES.get(i), config, all));
        }
    }

    private static String config(List<Integer> ports, int own, int redisPort) {
        return """
                {
                  "http": {"host": "127.0.0.1", "port": 0},
                  "admin": {"host": "127.0.0.1", "port": 0, "apiKey": {"$env": "ADMIN_API_KEY"}},
                  "tls": {"required": false},
                  "origin": {"allowed": ["http://localhost:*"], "missing": "allow"},
                  "auth": {"issuers": [{"algorithms": ["HS256"], "secret": {"$env": "JWT_SECRET"}}]},
                  "store": {"kind": "redis", "redis": {"uri": "redis://127.0.0.1:%d", "connectMs": 10000}},
                  "cluster": {
                    "enabled": true,
                    "port": %d,
                    "bus": {"port": 0},
                    "members": [%s]
                  },
                  "drain": {"windowMs": 1000}
                }
                """.formatted(
                        redisPort,
                        ports.get(own),
                        ports.stream().map(port -> "\"127.0.0.1:" + port + "\"").collect(Collectors.joining(", ")));
    }

    /** Undoes what was done to it and not undone. */
    public void heal() throws Exception {
        if (!redis.isAlive()) {
            redis.restart();
        }
        lines.forEach(CuttableProxy::pass);
        for (NodeFork each : nodes) {
            each.heal();
        }
    }

    public RedisProcess redis() {
        return redis;
    }

    public List<NodeFork> nodes() {
        return List.copyOf(nodes);
    }

    /** Edge and all else. */
    public NodeFork whole() {
        return nodes.get(0);
    }

    /** Holds sockets, and decides nothing. */
    public NodeFork edge() {
        return nodes.get(1);
    }

    /** Decides, and holds no socket. */
    public NodeFork core() {
        return nodes.get(2);
    }

    /** Where clients come in. */
    public List<NodeFork> doors() {
        return List.of(whole(), edge());
    }

    /** The network between this node and Redis. */
    public CuttableProxy lineToRedis(NodeFork node) {
        return lines.get(nodes.indexOf(node));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    @Override
    public void close() {
        nodes.forEach(NodeFork::close);
        lines.forEach(CuttableProxy::close);
        redis.close();
    }
}
