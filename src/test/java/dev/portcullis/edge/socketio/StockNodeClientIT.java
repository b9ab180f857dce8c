package dev.portcullis.edge.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.SwitchedProxy;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.program.NodePackages;
import dev.portcullis.kit.program.NodeProgram;
import dev.portcullis.kit.program.Program;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The stock client of npm, where npm can install it. */
@ExtendWith(VertxExtension.class)
class StockNodeClientIT {
    private static final Path SOURCES = Path.of("src/test/resources/dev/portcullis/socketio");
    private static final List<String> SETTINGS = List.of(
            "socketio.defaultRoom=lobby",
            "stages={\"edge\": 2, \"auth\": 1, \"ratelimit\": 1, \"rooms\": 1, \"broadcast\": 1}");

    @TempDir
    Path folder;

    @Test
    void stock_client_chats_upgrades_reconnects_and_is_refused() throws Exception {
        String packages = NodePackages.folder().toString();
        try (TestNode node = TestNode.generous(SETTINGS.toArray(String[]::new))) {
            JsonObject tokens = new JsonObject()
                    .put("ann", node.token("ann"))
                    .put("bob", node.token("bob"))
                    .put(
                            "expired",
                            DevToken.of("ann").lasting(Duration.ofMinutes(-5)).signed());
            NodeProgram.passTests(
                    folder,
                    SOURCES.resolve("client.test.mjs"),
                    Map.of("PACKAGES", packages, "URL_OF_SERVER", url(node.port()), "TOKENS", tokens.encode()));
        }
    }

    @Test
    void chat_that_was_written_for_socketio_runs_and_goes_on_after_a_restart_of_the_server(Vertx vertx)
            throws Exception {
        Path packages = NodePackages.folder();
        NodeProgram.assumeInstalled();
        Files.createSymbolicLink(folder.resolve("node_modules"), packages.resolve("node_modules"));
        Path script = Files.copy(SOURCES.resolve("chat.mjs"), folder.resolve("chat.mjs"));
        SwitchedProxy address = new SwitchedProxy(vertx);
        TestNode first = serverOfChat();
        address.pointTo(first.port());
        try (Program chat = NodeProgram.start(folder, script, Map.of("URL_OF_SERVER", url(address.port())))) {
            try (first) {
                chat.line("restart the server"::equals, "the order to restart");
            }
            try (TestNode second = serverOfChat()) {
                address.pointTo(second.port());
                assertThat(chat.succeeded()).endsWith("all said\n");
            }
        }
    }

    private static String url(int port) {
        return "http://127.0.0.1:" + port;
    }

    private TestNode serverOfChat() {
        List<String> settings = new ArrayList<>(SETTINGS);
        settings.add("accounts.passwords.cost=10");
        settings.add("store.path=" + folder.resolve("store"));
        return TestNode.generous(settings.toArray(String[]::new));
    }
}
