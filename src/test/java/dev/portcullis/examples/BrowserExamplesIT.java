package dev.portcullis.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.kit.browser.Chromium;
import dev.portcullis.kit.program.NodePackages;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of {@code src/docs/examples} in a real browser, served by an application of another origin than the node's. */
class BrowserExamplesIT {
    private static final String REACT_PAGE = """
            <!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,"><div id="root"></div>
            <script src="/packages/@babel/standalone/babel.min.js"></script><script src="/start.js"></script>
            <script>start("http://localhost:8080/sdk/portcullis.js")</script>
            """;

    private static final String VOTES =
            "[...document.querySelectorAll('#options output')].map((each) => each.textContent).join(' ')";

    @TempDir
    static Path profile;

    @TempDir
    Path folder;

    @AutoClose
    private static Chromium browser;

    private TestNode node;
    private ExampleBackend backend;
    private HttpServer application;
    private BrowserPage page;

    @BeforeAll
    static void startBrowser() throws Exception {
        browser = new Chromium(profile);
    }

    @BeforeEach
    void start() throws Exception {
        node = TestNode.start();
        application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.createContext("/", this::answer);
        application.start();
    }

    @AfterEach
    void stop() {
        page.close();
        application.stop(0);
        node.close();
    }

    @Test
    void page_shows_and_sends_messages_edits_and_deletions() throws Exception {
        open("/");
        assertTalks("document.getElementById('state').textContent === 'open'", "li", "input");
        assertThat(page.evaluate("document.querySelectorAll('li b').length"))
                .as("markup of a message")
                .isEqualTo(0);
        assertThat(page.problems()).isEmpty();
    }

    @Test
    void component_of_react_shows_and_sends_messages_edits_and_deletions() throws Exception {
        NodePackages.folder();
        open("/react");
        assertTalks("document.querySelector('[role=status]').textContent === 'open'", "li", "input");
        assertThat(page.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"node server.mjs", "python3 server.py"})
    void user_of_a_backend_logs_in_there_and_writes_in_its_page(String command) throws Exception {
        node.close();
        node = ExampleBackend.node("login/chat.json");
        try (ExampleBackend started = new ExampleBackend(folder, command)) {
            backend = started;
            open("/");
            page.await("document.querySelector('[name=password]') !== null");
            page.evaluate("{ const { user, password } = document.forms[0].elements; user.value = 'ann';"
                    + " password.value = 'demo'; document.forms[0].requestSubmit(); }");
            assertTalks("document.getElementById('state')?.textContent === 'open'", "li", "input");
            assertThat(page.problems()).isEmpty();
        }
    }

    @Test
    void page_of_the_poll_shows_votes_and_cursors_of_others_and_has_the_votes_when_it_is_loaded_again()
            throws Exception {
        node.close();
        node = ExampleBackend.node("poll/poll.json");
        open("/poll");
        page.await("document.getElementById('state').textContent === 'open'");
        try (ChatPeer ben = JdkPeer.admitted(node.ws(), node.token("ben"))) {
            ben.join("lobby");
            ask(ben, event("poll.vote", new JsonObject().put("option", "tea")));
            ask(ben, event("cursor.move", new JsonObject().put("x", 0.5).put("y", 0.25)));
            page.await(VOTES + " === '1 0 0'");
            page.await("document.querySelector('#cursors span')?.textContent === 'ben'");

            page.evaluate("document.querySelectorAll('#options button')[1].click()");
            page.evaluate("dispatchEvent(new PointerEvent('pointermove', { clientX: innerWidth, clientY: 0 }))");
            assertThat(nextEvent(ben, "poll.vote")).isEqualTo(new JsonObject().put("option", "coffee"));
            assertThat(nextEvent(ben, "cursor.move"))
                    .isEqualTo(new JsonObject().put("x", 1).put("y", 0));
            ask(ben, event("poll.vote", new JsonObject().put("option", "coffee")));
            page.await(VOTES + " === '0 2 0'");

            page.close();
            open("/poll");
            page.await(VOTES + " === '0 2 0'");
            assertThat(page.evaluate("document.querySelectorAll('#cursors span').length"))
                    .isEqualTo(0);
            assertThat(page.problems()).isEmpty();
        }
    }

    private static JsonObject event(String name, JsonObject data) {
        return new JsonObject().put("type", "event").put("event", name).put("data", data);
    }

    private static JsonObject nextEvent(ChatPeer to, String name) {
        return to.next(
                        frame -> name.equals(frame.getString("event")) && "ann".equals(frame.getString("userId")),
                        "the page's " + name)
                .getJsonObject("data");
    }

    private void assertTalks(String isOpen, String line, String input) throws Exception {
        page.await(isOpen);
        try (ChatPeer ben = JdkPeer.admitted(node.ws(), node.token("ben"))) {
            ben.join("lobby");
            String edited = publish(ben, "<b>first</b>");
            String deleted = publish(ben, "second");
            page.await(texts(line) + ".includes('second')");
            assertThat((String) page.evaluate(texts(line))).contains("<b>first</b>");

            page.evaluate("{ const field = document.querySelector('" + input + "');"
                    + " Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, 'hello');"
                    + " field.dispatchEvent(new Event('input', { bubbles: true })); }");
            page.await("!document.querySelector('form button').disabled");
            page.evaluate("document.querySelector('form button').click()");
            JsonObject heard = ben.next(
                    frame -> "chat".equals(frame.getString("type")) && "ann".equals(frame.getString("userId")),
                    "the message of the page");
            assertThat(heard.getString("content")).isEqualTo("hello");
            page.await(texts(line) + ".includes('hello')");

            ask(
                    ben,
                    new JsonObject()
                            .put("type", "edit_message")
                            .put("messageId", edited)
                            .put("content", "changed"));
            ask(ben, new JsonObject().put("type", "delete_message").put("messageId", deleted));
            page.await(texts(line) + ".includes('changed') && !" + texts(line) + ".includes('second')");
            assertThat(page.evaluate("document.querySelectorAll('" + line + "').length"))
                    .isEqualTo(2);
        }
    }

    private static String texts(String line) {
        return "[...document.querySelectorAll('" + line + "')].map((each) => each.textContent).join('\\n')";
    }

    private static String publish(ChatPeer from, String text) {
        return ask(from, new JsonObject().put("type", "chat").put("content", text))
                .getString("messageId");
    }

    private static JsonObject ask(ChatPeer from, JsonObject frame) {
        String id = "x" + System.nanoTime();
        from.send(frame.put("roomId", "lobby").put("id", id));
        return from.next(answer -> id.equals(answer.getString("id")), "the answer to " + frame.getString("type"));
    }

    private void open(String path) {
        page = browser.open("http://localhost:" + application.getAddress().getPort() + path);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (backend != null) {
                pass(exchange);
                return;
            }
            String path = exchange.getRequestURI().getPath();
            byte[] content = ofThisTest(content(path)).getBytes(UTF_8);
            exchange.getResponseHeaders()
                    .add("Content-Type", (path.endsWith("js") ? "text/javascript" : "text/html") + "; charset=utf-8");
            exchange.sendResponseHeaders(content.length == 0 ? 404 : 200, content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
        }
    }

    /** Passes a request on to the backend, whose page gets the port of this test's node. */
    private void pass(HttpExchange exchange) throws IOException {
        try {
            String path = exchange.getRequestURI().getPath();
            String cookie = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Cookie"))
                    .orElse("");
            HttpResponse<String> answer = exchange.getRequestMethod().equals("GET")
                    ? backend.get(path, cookie)
                    : backend.post(
                            path, cookie, new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            for (String name : List.of("Content-Type", "Location", "Set-Cookie")) {
                answer.headers()
                        .allValues(name)
                        .forEach(value -> exchange.getResponseHeaders().add(name, value));
            }
            byte[] content = ofThisTest(answer.body()).getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.statusCode(), content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    private String ofThisTest(String page) {
        return page.replace("localhost:8080", "localhost:" + node.port())
                .replace("<title>", "<link rel=\"icon\" href=\"data:,\"><title>");
    }

    private String content(String path) throws IOException {
        if (path.startsWith("/packages/")) {
            return Files.readString(Path.of("target/node/node_modules" + path.substring("/packages".length())));
        }
        if (path.startsWith("/react/")) {
            return Files.readString(Path.of("src/docs/examples" + path));
        }
        return switch (path) {
            case "/" -> Files.readString(Path.of("src/docs/examples/page/index.html"));
            case "/poll" -> Files.readString(Path.of("src/docs/examples/poll/index.html"));
            case "/react" -> REACT_PAGE;
            case "/start.js" -> Files.readString(Path.of("src/test/resources/dev/portcullis/examples/react.js"));
            case "/chat-token" ->
                new JsonObject().put("token", node.token("ann")).encode();
            default -> "";
        };
    }
}
