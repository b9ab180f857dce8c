package dev.portcullis.auth.key;

import static dev.portcullis.kit.Await.done;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The server of an issuer, on this machine. A path without an answer gets 404. */
public final class IssuerServer implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Handler<HttpServerRequest>> answers = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

    public IssuerServer(Vertx vertx) throws Exception {
        this(vertx, 0);
    }

    public IssuerServer(Vertx vertx, int port) throws Exception {
        this.server = done(vertx.createHttpServer().requestHandler(this::answer).listen(port, "127.0.0.1"));
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.actualPort() + path;
    }

    int port() {
        return server.actualPort();
    }

    public void put(String path, String body) {
        answer(path, request -> request.response().end(body));
    }

    public void answer(String path, Handler<HttpServerRequest> answer) {
        answers.put(path, answer);
    }

    /** Requests of this path so far. */
    public int count(String path) {
        return counts.getOrDefault(path, new AtomicInteger()).get();
    }

    @Override
    public void close() {
        done(server.close());
    }

    private void answer(HttpServerRequest request) {
        counts.computeIfAbsent(request.path(), any -> new AtomicInteger()).incrementAndGet();
        answers.getOrDefault(
                        request.path(),
                        unknown -> unknown.response().setStatusCode(404).end())
                .handle(request);
    }
}
