package dev.portcullis.client.sdk;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node with the limits of {@code conf/dev.json}, and beside it a server for the stories of scenarios.mjs: it has the
 * page, makes tokens, stops and starts the node, and takes the results.
 */
final class SdkStage implements AutoCloseable {
    private static final Pattern TOKEN = Pattern.compile("user=([a-z0-9-]+)&seconds=(-?\\d+)");

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CompletableFuture<JsonObject> results = new CompletableFuture<>();
    private final Path store;
    private final HttpServer http;
    private final SwitchedProxy proxy;
    private TestNode node;

    SdkStage(Path store) throws Exception {
        this.store = store;
        this.proxy = new SwitchedProxy(vertx);
        this.node = start();
        this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::answer);
        http.setExecutor(threads);
        http.start();
    }

    /** The address of the node, also after it was started again. */
    String url() {
        return "ws://127.0.0.1:" + proxy.port() + "/ws";
    }

    /** The address of this server, whose pages may connect. */
    String control() {
        return "http://localhost:" + http.getAddress().getPort();
    }

    /** What each story said of itself: nothing, or what went wrong. */
    JsonObject results() throws Exception {
        return results.get(5, TimeUnit.MINUTES);
    }

    /** The process that runs the stories has ended, so nothing comes any more. */
    void ended(int code) {
        results.completeExceptionally(new AssertionError("ended with " + code));
    }

    @Override
    public void close() throws TimeoutException {
        http.stop(0);
        threads.shutdownNow();
        node.close();
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    private TestNode start() {
        TestNode started = TestNode.start("store.path=" + store);
        proxy.pointTo(started.port());
        return started;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            byte[] answer = answer(exchange, body).getBytes(UTF_8);
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private synchronized String answer(HttpExchange exchange, String body) throws IOException {
        URI target = exchange.getRequestURI();
        switch (target.getPath()) {
            case "/" -> {
                exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
                return page();
            }
            case "/scenarios.mjs" -> {
                exchange.getResponseHeaders().add("Content-Type", "text/javascript; charset=utf-8");
                return Files.readString(Path.of("src/test/resources/dev/portcullis/sdk/scenarios.mjs"));
            }
            case "/token" -> {
                Matcher asked = TOKEN.matcher(target.getQuery());
                return asked.matches()
                        ? node.token(asked.group(1), Role.MEMBER, Duration.ofSeconds(Long.parseLong(asked.group(2))))
                        : "";
            }
            case "/restart" -> {
                node.close();
                node = start();
            }
            case "/cut" -> proxy.cut();
            case "/results" -> results.complete(new JsonObject(body));
            default -> {}
        }
        return "";
    }

    /** A page of another origin than the node's, which takes the library from the node. */
    private String page() {
        return """
                <!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,"><title>stories</title>
                <script type="module">
                  const fail = (failure) => fetch("/results", { method: "POST", body: JSON.stringify({ page: String(failure) }) });
                  addEventListener("error", (event) => fail(event.message));
                  addEventListener("unhandledrejection", (event) => fail(event.reason));
                  addEventListener("securitypolicyviolation", (event) => fail(event.violatedDirective));
                  const { connect } = await import("http://127.0.0.1:PORT/sdk/portcullis.js");
                  const { main } = await import("/scenarios.mjs");
                  await main(connect, "ws://127.0.0.1:PORT/ws", location.origin);
                </script>
                """.replace("PORT", Integer.toString(proxy.port()));
    }
}
