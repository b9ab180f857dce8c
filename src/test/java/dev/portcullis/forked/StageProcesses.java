package dev.portcullis.forked;

import dev.portcullis.bus.Stage;
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
import java.util.stream.Stream;

/** Five processes of the jar with {@code conf/dev.json} and one Redis: each stage alone in one of them. */
public final class StageProcesses implements TestServer {
    private static final Path CONFIG = Path.of("conf/dev.json");

    /** The edge is ready only where it reaches all others. */
    private static final List<Stage> IN_ORDER =
            List.of(Stage.AUTH, Stage.RATELIMIT, Stage.ROOMS, Stage.BROADCAST, Stage.EDGE);

    private final RedisProcess redis = RedisProcess.start();
    private final List<ForkedNode> nodes = new ArrayList<>();

    private StageProcesses() {}

    /** @param sets further settings of all nodes */
    public static StageProcesses start(String... sets) {
        StageProcesses processes = new StageProcesses();
        try {
            List<Integer> ports = Stream.generate(FreePort::find)
                    .distinct()
                    .limit(IN_ORDER.size())
                    .toList();
            for (int i = 0; i < IN_ORDER.size(); i++) {
                processes.nodes.add(ForkedNode.generous(
                        CONFIG,
                        Stream.concat(processes.settings(IN_ORDER.get(i), ports.get(i), ports), Stream.of(sets))
                                .toArray(String[]::new)));
            }
            return processes;
        } catch (Exception | AssertionError broken) {
            processes.close();
            throw new AssertionError(broken);
        }
    }

    private Stream<String> settings(Stage stage, int port, List<Integer> ports) {
        JsonArray members = new JsonArray();
        ports.forEach(each -> members.add("127.0.0.1:" + each));
        return Stream.of(
                "stages={\"" + stage.id() + "\": 1}",
                "http.port=0",
                "admin.port=0",
                "drain.windowMs=0",
                "store={\"kind\": \"redis\", \"redis\": {\"uri\": \"" + redis.uri() + "\"}}",
                "cluster.enabled=true",
                "cluster.port=" + port,
                "cluster.bus.port=0",
                "cluster.members=" + members.encode());
    }

    private ForkedNode edge() {
        return nodes.get(IN_ORDER.indexOf(Stage.EDGE));
    }

    @Override
    public URI ws() {
        return edge().ws();
    }

    /** The operators' listener of the node with clients. */
    public URI edgeAdmin(String path) {
        return URI.create("http://127.0.0.1:" + edge().adminPort() + path);
    }

    @Override
    public String token(String user, String... rooms) {
        return edge().token(user, rooms);
    }

    public String token(String user, Role role) {
        return edge().token(user, role, Duration.ofMinutes(10));
    }

    @Override
    public void close() {
        nodes.forEach(ForkedNode::close);
        redis.close();
    }
}
