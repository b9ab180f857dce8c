package dev.portcullis.admin;

import dev.portcullis.admin.OperatorAuthenticator.TokenCheck;
import dev.portcullis.admin.node.NodeControl;
import dev.portcullis.admin.node.NodeStatistics;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.chain.ChainReader;
import dev.portcullis.hooks.HookAdministration;
import dev.portcullis.http.routing.BodyReader;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.NotRun;
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
    private final Supplier<String> scrape;
    private final WorkerPool workers;
    private final TokenCheck tokens;
    private final SessionDirectory sessions;
    private final Optional<ChainReader> auditFiles;
    private final BanDirectory bans;
    private final ServerDirectory server;
    private final RoomDecisionOperations.Explainer explainer;
    private final BodyReader bodies;
    private final LongSupplier clock;
    private final LongPredicate mayHaveWaited;
    private final Audit audit;
    private final BiFunction<HttpServerOptions, Handler<HttpServerRequest>, HttpServer> servers;
    private final Optional<HookAdministration> hooks;
    private final NodeControl node;
    private volatile int port;

    /**
     * @param scrape returns all metrics as text; called on a thread of the workers, since its duration grows with the number of
     *     series
     * @param auditFiles the audit files of this node, if it writes any
     * @param mayHaveWaited whether a write that was read at this time may have waited
     * @param servers creates the server, with limits for its connections
     * @param node the statistics of this node, and its stop
     * @param hooks the calls about the hooks; empty where no hook is configured
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
            NodeControl node) {
        this.config = config;
        this.health = health;
        this.scrape = scrape;
        this.workers = workers;
        this.tokens = tokens;
        this.sessions = sessions;
        this.auditFiles = auditFiles;
        this.bans = bans;
        this.server = server;
        this.explainer = explainer;
        this.bodies = bodies;
        this.audit = audit;
        this.servers = servers;
        this.clock = clock;
        this.mayHaveWaited = mayHaveWaited;
        this.hooks = hooks;
        this.node = node;
    }

    /** The port, once deployed. */
    public int port() {
        return port;
    }

    @Override
    public Future<?> start() {
        health.check();
        vertx.setPeriodic(CHECK_INTERVAL_MS, timer -> health.check());
        vertx.setPeriodic(NodeStatistics.SAMPLE_MS, timer -> node.statistics().sample());
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setHttp2ClearTextEnabled(false);
        AuditLogReader auditLog = new AuditLogReader(auditFiles, workers, audit);
        return servers.apply(
                        options,
                        new AdminHandler(
                                config,
                                health,
                                this::metrics,
                                tokens,
                                sessions,
                                auditLog,
                                bans,
                                server,
                                explainer,
                                bodies,
                                audit,
                                clock,
                                mayHaveWaited,
                                hooks,
                                node))
                .listen()
                .onSuccess(this::listening);
    }

    private void listening(HttpServer server) {
        port = server.actualPort();
    }

    private Future<Result<String, NotRun>> metrics() {
        return workers.run(scrape::get);
    }
}
