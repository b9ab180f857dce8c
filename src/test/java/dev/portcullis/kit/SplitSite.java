package dev.portcullis.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Two nodes that share a Redis: one with the edge alone, and one with all other stages. */
public final class SplitSite implements Site {
    private final RedisProcess redis;
    private final List<TestNode> nodes = new ArrayList<>();

    private SplitSite(RedisProcess redis) {
        this.redis = redis;
    }

    public static SplitSite start() {
        SplitSite site = new SplitSite(RedisProcess.start());
        try {
            int core = freePort();
            int edge = freePort();
            site.open(core, core, edge, "stages={\"auth\": 2, \"ratelimit\": 2, \"rooms\": 2, \"broadcast\": 2}");
            site.open(edge, core, edge, "stages={\"edge\": 2}");
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

    @Override
    public String token(String user, String... rooms) {
        return nodes.get(0).token(user, rooms);
    }

    @Override
    public void close() {
        nodes.forEach(TestNode::close);
        redis.close();
    }

    private void open(int own, int first, int second, String stages) {
        nodes.add(TestNode.generous(Stream.of(
                        stages,
                        "store.kind=redis",
                        "store.redis.uri=" + redis.uri(),
                        "cluster.enabled=true",
                        "cluster.port=" + own,
                        "cluster.bus.port=0",
                        "cluster.members=[\"127.0.0.1:" + first + "\", \"127.0.0.1:" + second + "\"]")
                .toArray(String[]::new)));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }
}
