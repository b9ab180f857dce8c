package dev.portcullis.admin;

import dev.portcullis.audit.Audit;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.function.Supplier;

/** Listens for operators, apart from the public. One instance a node. */
public final class AdminVerticle extends VerticleBase {
    private static final long LOOK_EVERY_MS = 500;
    private static final int IDLE_SECONDS = 30;

    private final AdminConfig config;
    private final Health health;
    private final Supplier<String> scrape;
    private final TokenCheck tokens;
    private final Audit audit;
    private volatile int port;

    /** @param scrape all meters as text; called on a worker thread, since it takes longer with each series */
    public AdminVerticle(AdminConfig config, Health health, Supplier<String> scrape, TokenCheck tokens, Audit audit) {
        this.config = config;
        this.health = health;
        this.scrape = scrape;
        this.tokens = tokens;
        this.audit = audit;
    }

    /** Where it listens, once deployed. */
    public int port() {
        return port;
    }

    @Override
    public Future<?> start() {
        health.look();
        vertx.setPeriodic(LOOK_EVERY_MS, timer -> health.look());
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setIdleTimeout(IDLE_SECONDS)
                .setHttp2ClearTextEnabled(false);
        return vertx.createHttpServer(options)
                .requestHandler(new AdminDesk(config, health, this::metrics, tokens, audit))
                .listen()
                .onSuccess(this::listening);
    }

    private void listening(HttpServer server) {
        port = server.actualPort();
    }

    private Future<String> metrics() {
        return vertx.executeBlocking(scrape::get, false);
    }
}
