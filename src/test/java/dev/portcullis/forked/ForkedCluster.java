package dev.portcullis.forked;

import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Whole nodes in processes of their own, with one Redis. Each connection and each call goes to the next node. */
public final class ForkedCluster implements TestServer {
    private final RedisProcess redis = RedisProcess.start();
    private final List<ForkedNode> nodes = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();

    /**
     * @param folder for their files
     * @param sets further settings of all nodes
     */
    public static ForkedCluster start(int nodes, Path folder, String... sets) {
        ForkedCluster cluster = new ForkedCluster();
        try {
            List<Integer> ports =
                    Stream.generate(FreePort::find).distinct().limit(nodes).toList();
            for (int port : ports) {
                cluster.nodes.add(ForkedNode.generous(
                        ForkedNode.configIn(folder),
                        Stream.concat(Stream.of(cluster.settings(port, ports)), Stream.of(sets))
                                .toArray(String[]::new)));
            }
            return cluster;
        } catch (Exception | AssertionError broken) {
            cluster.close();
            throw new AssertionError(broken);
        }
    }

    private String[] settings(int port, List<Integer> ports) {
        JsonArray members = new JsonArray();
        ports.forEach(each -> members.add("127.0.0.1:" + each));
        return new String[] {
            "store={\"kind\": \"redis\", \"redis\": {\"uri\": \"" + redis.uri() + "\"}}",
            "cluster.enabled=true",
            "cluster.port=" + port,
            "cluster.bus.port=0",
            "cluster.members=" + members.encode(),
            "drain.windowMs=0"
        };
    }

    @Override
    public URI ws() {
        return nodes.get(Math.floorMod(next.getAndIncrement(), nodes.size())).ws();
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
        nodes.forEach(ForkedNode::close);
        redis.close();
    }
}
