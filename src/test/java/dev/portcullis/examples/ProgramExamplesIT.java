package dev.portcullis.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.SwitchedProxy;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.program.NodePackages;
import dev.portcullis.kit.program.Program;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The programs of {@code src/docs/examples} do what their first lines say. One is left out where its language is not
 * installed.
 */
@ExtendWith(VertxExtension.class)
class ProgramExamplesIT {
    private static final int NOWHERE = 1; // a port that refuses connections
    private static final String ROOM = "lobby";

    @TempDir
    Path folder;

    private TestNode node;
    private SwitchedProxy proxy;

    @BeforeEach
    void start(Vertx vertx) throws Exception {
        node = TestNode.start();
        proxy = new SwitchedProxy(vertx);
        proxy.pointTo(node.port());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void bot_in_python_answers_each_mention_once_also_what_it_missed() throws Exception {
        Examples.assumeInstalled("websockets for Python", "python3", "-c", "import websockets");
        assertAnswersOnce("python", "python3", "bot.py");
    }

    @Test
    void bot_in_java_answers_each_mention_once_also_what_it_missed() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String jar = System.getProperty("portcullis.jar", System.getProperty("java.class.path"));
        assertAnswersOnce("java", java.toString(), "-cp", jar, "Bot.java");
    }

    private void assertAnswersOnce(String directory, String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("ws://127.0.0.1:" + proxy.port() + "/ws", ROOM));
        try (Program bot = Examples.start(folder, directory, all, Map.of("TOKEN", node.token("bot")));
                ChatPeer ann = JdkPeer.admitted(node.ws(), node.token("ann"))) {
            ann.join(ROOM);
            bot.line(("joined " + ROOM)::equals, "its join");
            String first = say(ann, "@bot are you there?");
            assertThat(answer(ann)).isEqualTo(first);

            proxy.pointTo(NOWHERE);
            proxy.cut(); // the bot misses what comes now
            String second = say(ann, "@bot and now?");
            say(ann, "this is for others");
            proxy.pointTo(node.port());
            assertThat(answer(ann)).isEqualTo(second);

            String third = say(ann, "@bot bye");
            assertThat(answer(ann)).as("no answer comes twice").isEqualTo(third);
        }
    }

    private static String say(ChatPeer from, String text) {
        String id = UUID.randomUUID().toString();
        from.send(new JsonObject()
                .put("type", "chat")
                .put("roomId", ROOM)
                .put("content", text)
                .put("id", id));
        return from.next(frame -> "ack".equals(frame.getString("type")) && id.equals(frame.getString("id")), "ack")
                .getString("messageId");
    }

    /** Returns the message that the next answer of the bot is for. */
    private static String answer(ChatPeer to) {
        JsonObject answer = to.next(
                frame -> "chat".equals(frame.getString("type")) && "bot".equals(frame.getString("userId")),
                "an answer");
        assertThat(answer.getString("content")).isEqualTo("Hello ann");
        return answer.getString("replyTo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"node server.mjs", "python3 server.py"})
    void backend_gives_a_token_to_its_own_users_only(String command) throws Exception {
        try (TestNode ofTheSecret = ExampleBackend.node("login/chat.json");
                ExampleBackend backend = new ExampleBackend(folder, command)) {
            assertThat(backend.get("/", "login=unknown").body())
                    .contains("name=\"password\"")
                    .doesNotContain("portcullis.js");
            assertThat(backend.post("/chat-token", "other=1", "").statusCode()).isEqualTo(401);
            assertThat(backend.post("/chat-token", "login=unknown", "").body()).doesNotContain("eyJ");
            assertThat(backend.post("/login", "", "user=ann&password=wrong")
                            .headers()
                            .firstValue("Set-Cookie"))
                    .isEmpty();
            HttpResponse<String> loggedIn = backend.post("/login", "", "user=ann&password=demo");
            assertThat(loggedIn.headers().firstValue("Location")).hasValue("/");
            String cookie = loggedIn.headers().firstValue("Set-Cookie").orElseThrow();
            assertThat(cookie).contains("HttpOnly", "SameSite=Strict");
            String login = cookie.substring(0, cookie.indexOf(';'));
            assertThat(backend.get("/", login).body()).contains("portcullis.js");
            assertThat(backend.post("/other", login, "").statusCode()).isEqualTo(404);

            HttpResponse<String> answer = backend.post("/chat-token", "a=b; " + login, "");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
            String token = new JsonObject(answer.body()).getString("token");
            try (ChatPeer ann = JdkPeer.admitted(ofTheSecret.ws(), token)) {
                assertThat(ann.next("auth_success").getString("userId")).isEqualTo("ann");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"node server.mjs", "python3 server.py"})
    void application_decides_who_enters_who_writes_to_whom_and_what_is_published(String command) throws Exception {
        String ofNode = Files.readString(Examples.FOLDER.resolve("decide/server.mjs"));
        assertThat(Files.readString(Path.of("src/docs/application-hooks.md")))
                .contains(ofNode.substring(ofNode.indexOf("async function answer"), ofNode.indexOf("server.listen")));
        try (ExampleBackend application = new ExampleBackend(folder, "decide", command);
                TestNode asking = TestNode.start(
                        "direct.allow=hook",
                        "rooms.authorizer.http.url=" + application.address("/room"),
                        "rooms.authorizer.http.secret=" + ExampleBackend.SECRET,
                        "rooms.authorizer.http.deadlineMs=900",
                        "direct.hook.url=" + application.address("/direct"),
                        "direct.hook.secret=" + ExampleBackend.SECRET,
                        "direct.hook.deadlineMs=900",
                        "content.hook.url=" + application.address("/content"),
                        "content.hook.secret=" + ExampleBackend.SECRET,
                        "content.hook.deadlineMs=900");
                ChatPeer ann = JdkPeer.admitted(asking.ws(), asking.token("ann"));
                ChatPeer cyd = JdkPeer.admitted(asking.ws(), asking.token("cyd"))) {
            assertThat(application.post("/room", "", "{}").statusCode())
                    .as("unsigned")
                    .isEqualTo(401);
            ann.join("red");
            assertThat(answer(cyd, new JsonObject().put("type", "join").put("roomId", "red"))
                            .getString("reason"))
                    .isEqualTo("not_member");
            assertThat(answer(ann, direct("ben")).getString("type")).isEqualTo("ack");
            assertThat(answer(ann, direct("cyd")).getString("reason")).isEqualTo("forbidden");
            assertThat(answer(ann, chat("buy now")).getString("reason")).isEqualTo("restricted");
            assertThat(answer(ann, chat("darn it")).getString("type")).isEqualTo("ack");
            assertThat(ann.next("chat").getString("content")).isEqualTo("**** it");
        }
    }

    private static JsonObject direct(String to) {
        return new JsonObject()
                .put("type", "chat_message")
                .put("recipientId", to)
                .put("content", "hello");
    }

    private static JsonObject chat(String text) {
        return new JsonObject().put("type", "chat").put("roomId", "red").put("content", text);
    }

    private static JsonObject answer(ChatPeer peer, JsonObject frame) {
        return peer.ask(frame.put("id", UUID.randomUUID().toString()));
    }

    @Test
    void chat_with_the_stock_client_of_socket_io_is_that_of_its_page_and_works_as_it_stands() throws Exception {
        Examples.assumeInstalled("Node.js", "node", "--version");
        Path example = Examples.FOLDER.resolve("socketio/chat.mjs");
        String code = Files.readString(example);
        assertThat(Files.readString(Path.of("src/docs/socketio.md"))).contains(code.substring(code.indexOf("import")));
        Files.createSymbolicLink(
                folder.resolve("node_modules"), NodePackages.folder().resolve("node_modules"));
        Files.copy(example, folder.resolve("chat.mjs"));
        try (TestNode ofOneRoom = TestNode.start("socketio.defaultRoom=" + ROOM);
                Program chat = Program.startIn(
                        folder,
                        folder,
                        List.of("node", "chat.mjs", ofOneRoom.http("").toString()),
                        Map.of("TOKEN", ofOneRoom.token("ben")));
                ChatPeer ann = JdkPeer.admitted(ofOneRoom.ws(), ofOneRoom.token("ann"))) {
            ann.join(ROOM);
            chat.line("connected"::equals, "its connection");
            chat.tell("Hello Ann");
            assertThat(ann.next("chat").getString("content")).isEqualTo("Hello Ann");
            say(ann, "Hello Ben");
            chat.line("ann: Hello Ben"::equals, "the answer");
        }
    }

    @Test
    void walk_through_of_the_shell_ends_with_its_message_in_the_history() throws Exception {
        Examples.assumeInstalled("curl", "curl", "--version");
        Examples.assumeInstalled("Node.js", "node", "--version");
        Path standIn = folder.resolve("websocat");
        Files.copy(Path.of("src/test/resources/dev/portcullis/examples/websocat.cjs"), standIn);
        assertThat(standIn.toFile().setExecutable(true)).isTrue();
        Map<String, String> environment = Map.of(
                "CHAT", node.http("").toString(),
                "NODE_PATH", NodePackages.folder().resolve("node_modules").toString(),
                "PATH", folder + ":" + System.getenv("PATH"));
        try (Program shell = Examples.start(folder, "shell", List.of("bash", "chat.sh", "ann"), environment)) {
            String said = shell.succeeded();
            assertThat(said).contains("\"username\":\"ann\"", "# 4.", "\"type\":\"auth_success\"", "\"type\":\"ack\"");
            String last = said.strip().lines().reduce((one, other) -> other).orElse("");
            assertThat(new JsonObject(last)
                            .getJsonArray("messages")
                            .getJsonObject(0)
                            .getString("content"))
                    .isEqualTo("Hello");
        }
    }
}
