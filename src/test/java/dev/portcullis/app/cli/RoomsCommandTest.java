package dev.portcullis.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.portcullis.app.Main;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.TestNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomsCommandTest {
    private static TestNode node;

    @BeforeAll
    static void open() {
        node = TestNode.generous();
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @Test
    void grant_is_explained_by_its_rule_its_access_and_its_role() {
        Terminal terminal = explain("--user", "ben", "--room", "lobby", "--action", "chat");
        assertThat(terminal.printed()).isEqualTo("""
                        granted: a role of the user permits it
                        rule: permitted
                        access: rooms.public names the room
                        role: member
                        """);
    }

    @Test
    void refusal_is_explained_by_its_rule() {
        assertThat(explain("--user", "ben", "--room", "team-red", "--action", "chat")
                        .printed())
                .isEqualTo("refused: nothing lets the user into the room, or there is none\nrule: no_access\n");
        assertThat(explain("--user", "ben", "--room", "team-red", "--action", "remove_user", "--token-room", "team-*")
                        .printed())
                .startsWith("refused: no role of the user permits it\nrule: no_permission\naccess: the token grants");
        assertThat(explain(
                                "--user",
                                "ben",
                                "--room",
                                "team-red",
                                "--action",
                                "remove_user",
                                "--role",
                                "moderator",
                                "--token-room",
                                "other",
                                "--token-room",
                                "team-red")
                        .printed())
                .startsWith("granted:")
                .endsWith("role: moderator\n");
    }

    @Test
    void node_with_an_api_key_is_asked_with_it(@TempDir Path folder) throws Exception {
        String key = "0123456789abcdef-of-operators";
        Path right = Files.writeString(folder.resolve("key"), key);
        Path wrong = Files.writeString(folder.resolve("wrong"), "another-key-of-operators");
        try (TestNode keyed = TestNode.generous("admin.apiKey={\"$file\": \"" + right + "\"}")) {
            String[] asked = {"--user", "ben", "--room", "lobby", "--action", "chat"};
            assertThat(explain(keyed, right, asked).printed()).startsWith("granted:");
            Terminal refused = explain(keyed, wrong, asked);
            assertThat(refused.printed()).isEmpty();
            assertThat(refused.errors()).contains("answered 401").doesNotContain("another-key");
        }
    }

    /** Another program may listen where the node should. */
    @Test
    void answer_is_printed_with_its_controls_escaped() throws IOException {
        HttpServer stranger = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        stranger.createContext("/", asked -> {
            byte[] answer = "{\"granted\": true, \"because\": \"\\u001b[2J\\n\\u009b\"}".getBytes(UTF_8);
            asked.sendResponseHeaders(200, answer.length);
            asked.getResponseBody().write(answer);
            asked.close();
        });
        stranger.start();
        try {
            Terminal terminal =
                    explainAt(stranger.getAddress().getPort(), "--user", "ben", "--room", "lobby", "--action", "chat");
            assertThat(terminal.printed()).isEqualTo("granted: \\u001b[2J\\u000a\\u009b\n");
        } finally {
            stranger.stop(0);
        }
    }

    private static Terminal explain(TestNode at, Path key, String... arguments) {
        Terminal terminal = Terminal.of(Main.commands(Map.of(), config -> 0));
        List<String> all = new ArrayList<>(List.of("rooms", "explain", "--config", "conf/dev.json"));
        all.addAll(List.of("--set", "admin.port=" + at.admin("/").getPort()));
        all.addAll(List.of("--set", "admin.apiKey={\"$file\": \"" + key + "\"}"));
        all.addAll(List.of(arguments));
        terminal.run(all.toArray(String[]::new));
        return terminal;
    }

    @Test
    void mistakes_and_an_absent_node_fail_with_a_line() {
        assertThat(explain("--user", "ben", "--room", "lobby", "--action", "fly")
                        .errors())
                .contains("answered 400");
        assertThat(explain("--user", "ben", "--room", "no/room", "--action", "chat")
                        .errors())
                .startsWith("--room is no id of a room");
        Terminal unreachable = Terminal.of(Main.commands(Map.of(), config -> 0));
        int code = unreachable.run(
                "rooms",
                "explain",
                "--config",
                "conf/dev.json",
                "--set",
                "admin.port=" + FreePort.find(),
                "--user",
                "ben",
                "--room",
                "lobby",
                "--action",
                "chat");
        assertThat(code).isEqualTo(1);
        assertThat(unreachable.errors()).startsWith("no node answers at 127.0.0.1:");
    }

    private static Terminal explain(String... arguments) {
        return explainAt(node.admin("/").getPort(), arguments);
    }

    private static Terminal explainAt(int port, String... arguments) {
        Terminal terminal = Terminal.of(Main.commands(Map.of(), config -> 0));
        List<String> all = new ArrayList<>(List.of("rooms", "explain", "--config", "conf/dev.json", "--set"));
        all.add("admin.port=" + port);
        all.addAll(List.of(arguments));
        terminal.run(all.toArray(String[]::new));
        return terminal;
    }
}
