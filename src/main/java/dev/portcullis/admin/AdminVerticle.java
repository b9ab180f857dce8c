package dev.portcullis.admin;

import dev.portcullis.admin.node.NodeStatistics;
import dev.portcullis.resilience.TimersInStep;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BiFunction;

/** The operators' listener, separate from the public one. One instance for each node. */
public final class AdminVerticle extends VerticleBase {
    private static final long CHECK_INTERVAL_MS = 500;

    private final AdminConfig config;
    private final Health health;
    private final BiFunction<HttpServerOptions, Handler<HttpServerRequest>, HttpServer> servers;
    private final NodeStatistics statistics;
    private final AdminHandler handler;
    private volatile int port;

    /** @param servers creates the server, with limits for its connections */
    public AdminVerticle(
            AdminConfig config,
            Health health,
            NodeStatistics statistics,
            AdminHandler handler,
            BiFunction<HttpServerOptions, Handler<HttpServerRequest>, HttpServer> servers) {
        this.config = config;
        this.health = health;
        this.statistics = statistics;
        this.handler = handler;
        this.servers = servers;
    }

    /** The port, once deployed. */
    public int port() {
        return port;
    }

    @Override
    public Future<?> start() {
        health.check();
        TimersInStep.every(vertx, CHECK_INTERVAL_MS, timer -> health.check());
        TimersInStep.every(vertx, NodeStatistics.SAMPLE_MS, timer -> statistics.sample());
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setHttp2ClearTextEnabled(false);
        return servers.apply(options, handler).listen().onSuccess(server -> port = server.actualPort());
    }
}
