package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.cli.Started;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Which stores a node opens: a script of each store is loaded into Redis when that store is opened, and only then. Each node has the store of
 * rows, where the heads of its audit chains are, and the bans.
 */
class StageStoresIT {
    /** One script of each store that only this store loads. */
    private static final Map<String, String> SCRIPTS = Map.ofEntries(
            Map.entry("streams", "streams/redis/read"),
            Map.entry("inboxes", "streams/redis/delivery"),
            Map.entry("erasures", "streams/redis/change_author"),
            Map.entry("counters", "ratelimit/admit_attempt"),
            Map.entry("sessions", "auth/session/open_session"));

    private static final Map<Stage, Set<String>> OPENED = Map.of(
            Stage.EDGE, Set.of("streams"),
            Stage.AUTH, Set.of("streams", "sessions"),
            Stage.RATELIMIT, Set.of("streams", "counters"),
            Stage.ROOMS, Set.of("streams", "inboxes", "sessions"),
            Stage.BROADCAST, Set.of("streams", "inboxes", "erasures"));

    @ParameterizedTest
    @EnumSource(Stage.class)
    void node_with_one_stage_opens_the_stores_of_that_stage_and_no_other(Stage stage) throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                CommandLog commands = CommandLog.of(redis);
                Node node = start(redis, "stages={\"" + stage.id() + "\": 1}")) {
            assertThat(node.missing()).isSubsetOf("peers");
            assertThat(Await.until(() -> commands.loads("streams/redis/tick"))).isTrue();
            Set<String> expected = new TreeSet<>(Objects.requireNonNull(OPENED.get(stage)));
            Await.until(() -> opened(commands).containsAll(expected));
            assertThat(opened(commands)).isEqualTo(expected);
        }
    }

    private static Set<String> opened(CommandLog commands) {
        Set<String> opened = new TreeSet<>();
        SCRIPTS.forEach((store, script) -> {
            if (commands.loads(script)) {
                opened.add(store);
            }
        });
        return opened;
    }

    private static Node start(RedisProcess redis, String stages) throws Exception {
        int port = FreePort.find();
        List<String> sets = new ArrayList<>(List.of(
                stages,
                "http.port=0",
                "admin.port=0",
                "drain.windowMs=0",
                "uploads.kind=none",
                "store.kind=redis",
                "store.redis.uri=" + redis.uri(),
                "cluster.enabled=true",
                "cluster.port=" + port,
                "cluster.bus.port=0",
                "cluster.members=[\"127.0.0.1:" + port + "\"]"));
        return Started.node(ConfigFile.load(Path.of("conf/dev.json"), sets, Map.of(), NodeConfigReader::read)
                .fold(valid -> valid.value(), invalid -> {
                    throw new AssertionError(invalid.problems().toString());
                }));
    }

    /** All commands that Redis receives, as it prints them. */
    private static final class CommandLog implements AutoCloseable {
        private final Socket socket;
        private final List<String> parts = new CopyOnWriteArrayList<>();

        private CommandLog(Socket socket) {
            this.socket = socket;
        }

        static CommandLog of(RedisProcess redis) throws IOException {
            CommandLog log = new CommandLog(new RedisConsole(redis).begin("MONITOR"));
            log.socket.setSoTimeout(0);
            new Thread(log::read, "redis-monitor").start();
            assertThat(Await.until(() -> log.holds("OK"))).isTrue();
            return log;
        }

        private void read() {
            byte[] part = new byte[64 << 10];
            try {
                for (int count = socket.getInputStream().read(part);
                        count >= 0;
                        count = socket.getInputStream().read(part)) {
                    parts.add(new String(part, 0, count, StandardCharsets.ISO_8859_1));
                }
            } catch (IOException closed) {
                // by the end of the test
            }
        }

        /** By the first line of the script, which no other has. */
        boolean loads(String script) {
            return holds(firstLine(script));
        }

        private boolean holds(String text) {
            return String.join("", parts).contains(text);
        }

        private static String firstLine(String script) {
            try (InputStream in = StageStoresIT.class.getResourceAsStream("/dev/portcullis/" + script + ".lua")) {
                return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .findFirst()
                        .orElseThrow();
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
