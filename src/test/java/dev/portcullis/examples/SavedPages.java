package dev.portcullis.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.kit.browser.Chromium;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What readers save from a page of the documentation, served to the windows of a real browser with the port of a node. */
final class SavedPages implements AutoCloseable {
    private final Chromium browser;
    private final HttpServer server;
    private final int node;
    private final Function<String, Saved> saved;

    /** @param type such as {@code text/html} */
    record Saved(String type, String text) {}

    /**
     * @param node its port, instead of that on the page
     * @param saved by path
     */
    SavedPages(Path folder, int node, Function<String, Saved> saved) throws Exception {
        this.browser = new Chromium(Files.createDirectory(folder.resolve("profile")));
        this.node = node;
        this.saved = saved;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    BrowserPage open(String path) {
        return browser.open("http://localhost:" + server.getAddress().getPort() + path);
    }

    /** The blocks of a page in this language, in their order. */
    static List<String> blocks(Path page, String language) {
        try {
            return Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```")
                    .matcher(Files.readString(page))
                    .results()
                    .map(found -> found.group(1))
                    .toList();
        } catch (IOException unread) {
            throw new UncheckedIOException(unread);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        Saved file = saved.apply(exchange.getRequestURI().getPath());
        byte[] content =
                file.text().replace("localhost:8080", "localhost:" + node).getBytes(UTF_8);
        exchange.getResponseHeaders().add("Content-Type", file.type() + "; charset=utf-8");
        exchange.getResponseHeaders().add("Cache-Control", "no-store");
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        browser.close();
    }
}
