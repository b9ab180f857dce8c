package dev.portcullis.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.kit.browser.Chromium;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first page of the README, as a newcomer saves it, in two windows of a real browser. */
class ReadmePageIT {
    private static final Pattern PAGE = Pattern.compile("```html\\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    private final int port = FreePort.find();
    private HttpServer application;
    private Chromium browser;
    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        browser = new Chromium(Files.createDirectory(folder.resolve("profile")));
        node = serve();
        application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.createContext("/", ReadmePageIT.this::answer);
        application.start();
    }

    @AfterEach
    void stop() {
        application.stop(0);
        browser.close();
        node.close();
    }

    @Test
    void two_windows_talk_without_a_token_and_miss_nothing_when_the_server_is_gone_for_a_moment() {
        try (BrowserPage ann = open("ann");
                BrowserPage ben = open("ben")) {
            say(ann, "hello");
            sees(ben, "ann: hello");

            ben.reload();
            sees(ben, "ann: hello");

            node.close();
            say(ben, "while it is gone");
            node = serve();
            sees(ann, "ben: while it is gone");
            assertThat(ann.evaluate("[...document.querySelectorAll('li')].filter(each => each.textContent"
                            + " === 'ben: while it is gone').length"))
                    .isEqualTo(1);
        }
    }

    private TestNode serve() {
        return TestNode.start("http.port=" + port, "store.path=" + folder.resolve("store"));
    }

    private BrowserPage open(String user) {
        BrowserPage page =
                browser.open("http://localhost:" + application.getAddress().getPort() + "/" + user);
        sees(page, "open");
        return page;
    }

    private static void say(BrowserPage page, String text) {
        page.evaluate("{ const form = document.getElementById('say'); form.text.value = '" + text
                + "'; form.requestSubmit(); }");
    }

    private static void sees(BrowserPage page, String line) {
        page.await(
                "[...document.querySelectorAll('#log li')].some(each => each.textContent.trim() === '" + line + "')");
    }

    /** The page with the port of this node, and with the name that its visitor types. */
    private void answer(HttpExchange exchange) throws IOException {
        String user = exchange.getRequestURI().getPath().substring(1);
        byte[] page = ("<script>prompt = () => '" + user + "'</script>"
                        + readme().replace("localhost:8080", "localhost:" + port))
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
        exchange.sendResponseHeaders(200, page.length);
        exchange.getResponseBody().write(page);
        exchange.close();
    }

    private static String readme() {
        try {
            Matcher page = PAGE.matcher(Files.readString(Path.of("README.md")));
            assertThat(page.find()).isTrue();
            return page.group(1);
        } catch (IOException unread) {
            throw new UncheckedIOException(unread);
        }
    }
}
