package dev.portcullis.client.sdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.portcullis.kit.SwitchedProxy;
import dev.portcullis.kit.program.Program;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node for the stories of a file, and beside it a server: it has the page, makes tokens, does to the node and its
 * connections what a story asks for, and takes the results.
 */
final class SdkStage implements AutoCloseable {
    private static final Pattern TOKEN = Pattern.compile("user=([a-z0-9-]+)&seconds=(-?\\d+)");
    private static final long PATIENCE_MINUTES = 8;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CompletableFuture<JsonObject> results = new CompletableFuture<>();
    private final CompletableFuture<SdkRuntime.StoryTeller> teller = new CompletableFuture<>();
    private final Map<String, Action> actions = new HashMap<>();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final StagedNode node;
    private final String stories;
    private final HttpServer http;
    private final SwitchedProxy proxy;

    /** What a story can ask for. */
    interface Action {
        String run(String argument) throws Exception;
    }

    /** @param stories the name of their file */
    SdkStage(Vertx vertx, StagedNode node, String stories) throws Exception {
        this.node = node;
        this.stories = stories;
        this.proxy = new SwitchedProxy(vertx);
        proxy.pointTo(node.port());
        this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::answer);
        http.setExecutor(threads);
        http.start();
        on("token", this::token);
        on("cut", any -> {
            proxy.cut();
            return "";
        });
        on("restart", any -> {
            node.restart();
            proxy.pointTo(node.port());
            return "";
        });
    }

    void on(String name, Action action) {
        actions.put("/" + name, action);
    }

    SwitchedProxy proxy() {
        return proxy;
    }

    /** Where the stories happen. */
    SdkRuntime.StoryTeller teller() {
        return teller.join();
    }

    /** Does it while the story goes on. */
    void later(Runnable work) {
        threads.execute(() -> {
            try {
                work.run();
            } catch (RuntimeException | AssertionError broken) {
                results.completeExceptionally(broken);
            }
        });
    }

    /** The address of the node, also after it was started again. */
    String url() {
        return "ws://127.0.0.1:" + proxy.port() + "/ws";
    }

    /** The name of their file. */
    String stories() {
        return stories;
    }

    /** The address of this server, whose pages may connect. */
    String control() {
        return "http://localhost:" + http.getAddress().getPort();
    }

    /** Runs the stories, each of which says nothing, or what went wrong. */
    void assertEachPasses(SdkRuntime runtime, Path folder) throws Exception {
        try (SdkRuntime.StoryTeller started = runtime.tell(folder, this)) {
            Program program = started.program();
            teller.complete(started);
            program.atEnd(() -> results.completeExceptionally(new AssertionError("ended: " + program.printed())));
            JsonObject each = results.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
            System.out.println(runtime + " " + stories + ": " + each.fieldNames());
            assertThat(each.getMap())
                    .as(program::printed)
                    .isNotEmpty()
                    .allSatisfy(
                            (story, problem) -> assertThat(problem).as(story).isEqualTo(""));
        } catch (TimeoutException late) {
            throw new AssertionError("the stories do not end; the stage was asked for " + asked, late);
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
        node.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            int status = 200;
            String answer;
            try {
                answer = answer(exchange, body);
            } catch (Exception | AssertionError broken) {
                status = 500;
                answer = broken.toString();
            }
            byte[] bytes = answer.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private String answer(HttpExchange exchange, String body) throws Exception {
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/results")) {
            results.complete(new JsonObject(body));
            return "";
        }
        if (actions.containsKey(path)) {
            asked.add(path);
            return actions.get(path)
                    .run(Optional.ofNullable(exchange.getRequestURI().getQuery())
                            .orElse(""));
        }
        boolean isPage = path.equals("/");
        exchange.getResponseHeaders().add("Content-Type", isPage ? "text/html; charset=utf-8" : "text/javascript");
        return isPage ? page() : Files.readString(SdkRuntime.TESTS.resolve(path.substring(1)));
    }

    private String token(String asked) {
        Matcher token = TOKEN.matcher(asked);
        return token.matches() ? node.token(token.group(1), Duration.ofSeconds(Long.parseLong(token.group(2)))) : "";
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
                  const { main } = await import("/stage.mjs");
                  await main(connect, "ws://127.0.0.1:PORT/ws", location.origin, "STORIES");
                </script>
                """.replace("PORT", Integer.toString(proxy.port())).replace("STORIES", stories);
    }
}
