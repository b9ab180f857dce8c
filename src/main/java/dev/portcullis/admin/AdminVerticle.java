package dev.portcullis.admin;

import dev.portcullis.admin.OperatorAuthenticator.TokenCheck;
import dev.portcullis.admin.node.NodeStatistics;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.chain.ChainReader;
import dev.portcullis.hooks.HookAdministration;
import dev.portcullis.http.routing.BodyReader;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The operators' listener, separate from the public one. One instance for each node. */
public final class AdminVerticle extends VerticleBase {
    private static final long CHECK_INTERVAL_MS = 500;

    private final AdminConfig config;
    private final Health health;
    private final BiFunction<HttpServerOptions, Handler<HttpServerRequest>, HttpServer> servers;
    private final NodeStatistics statistics;
    private final AdminHandler handler;
    private volatile int port;

    /**
     * @param scrape returns all metrics as text; called on a thread of the workers, since its duration grows with the number of
     *     series
     * @param auditFiles the audit files of this node, if it writes any
     * @param servers creates the server, with limits for its connections
     * @param mayHaveWaited whether a write that was read at this time may have waited
     * @param hooks the calls about the hooks; empty where no hook is configured
     * @param stop drains the node and ends its process, as a signal does; returns at once
     */
    public AdminVerticle(
            AdminConfig config,
            Health health,
            Supplier<String> scrape,
            WorkerPool workers,
            TokenCheck tokens,
            SessionDirectory sessions,
            Optional<ChainReader> auditFiles,
            BanDirectory bans,
            ServerDirectory server,
            RoomDecisionOperations.Explainer explainer,
            BodyReader bodies,
            Audit audit,
            BiFunction<HttpServerOptions, Handler<HttpServerRequest>, HttpServer> servers,
            LongSupplier clock,
            LongPredicate mayHaveWaited,
            Optional<HookAdministration> hooks,
            NodeStatistics statistics,
            Runnable stop) {
        this.config = config;
        this.health = health;
        this.servers = servers;
        this.statistics = statistics;
        this.handler = new AdminHandler(
                config,
                health,
                scrape,
                workers,
                tokens,
                sessions,
                auditFiles,
                bans,
                server,
                explainer,
                bodies,
                audit,
                clock,
                mayHaveWaited,
                hooks,
                statistics,
                stop);
    }

    /** The port, once deployed. */
    public int port() {
        return port;
    }

    @Override
    public Future<?> start() {
        health.check();
        vertx.setPeriodic(CHECK_INTERVAL_MS, timer -> health.check());
        vertx.setPeriodic(NodeStatistics.SAMPLE_MS, timer -> statistics.sample());
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setHttp2ClearTextEnabled(false);
        return servers.apply(options, handler).listen().onSuccess(server -> port = server.actualPort());
    }
}
