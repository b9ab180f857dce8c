package dev.portcullis.edge.listener;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.AuditLog;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.config.Live;
import dev.portcullis.edge.ScriptedEdge;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import dev.portcullis.edge.tcp.PendingEnd;
import dev.portcullis.edge.tcp.PendingLimits;
import dev.portcullis.http.AllowedOrigin;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.CrossOrigin;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.OriginConfig;
import dev.portcullis.http.OriginRule;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.contract.Operation.Listener;
import dev.portcullis.http.routing.BodyLimiter;
import dev.portcullis.http.routing.BodyMemory;
import dev.portcullis.http.routing.BodyReader;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.ratelimit.reputation.AddressGate;
import dev.portcullis.ratelimit.reputation.AddressReputation;
import dev.portcullis.ratelimit.window.AddressWindows;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** The public listener as a node has it, with operations of a test. */
public final class ContractServer {
    public static final String ORIGIN = "https://chat.example";

    /** One that no test uses up. */
    public static final RequestBudget BUDGET = new RequestBudget(
            new AddressWindows(Window.MINUTE, 1_000_000, 100),
            new ClientAddress(List.of()),
            new CrossOrigin(new OriginRule(Live.fixed(origins()))),
            Set.of());

    private final Vertx vertx;
    private final BodyMemory memory;
    private final int port;
    private volatile boolean draining;

    /** @param bind binds the handlers of the contract */
    ContractServer(
            Vertx vertx,
            ApiContract contract,
            long bodyMs,
            int perAddress,
            long memoryBytes,
            UnaryOperator<RouterBuilder> bind)
            throws Exception {
        this(
                vertx,
                new Audit(new AuditConfig(10_000, 100), System::currentTimeMillis, AuditLog::write),
                contract,
                bodyMs,
                perAddress,
                memoryBytes,
                bind);
    }

    /** @param vertx is closed with the server */
    public ContractServer(
            Vertx vertx,
            Audit audit,
            ApiContract contract,
            long bodyMs,
            int perAddress,
            long memoryBytes,
            UnaryOperator<RouterBuilder> bind)
            throws Exception {
        this.vertx = vertx;
        memory = new BodyMemory(memoryBytes);
        ClientAddress proxies = new ClientAddress(List.of());
        Metrics metrics = new Metrics(new SimpleMeterRegistry());
        HttpResponses responses = new HttpResponses(proxies);
        HttpRefusalLog refusals = new HttpRefusalLog(
                audit, proxies, ScriptedEdge.unwatched(metrics).addresses());
        PendingConnectionLimit pending = new PendingConnectionLimit(
                new PendingLimits(1_000, 1_000, 600_000),
                proxies,
                audit,
                metrics.counters(Metric.PENDING_CONNECTIONS_CLOSED, PendingEnd.class, PendingEnd::id));
        PublicRequestHandler requests = new PublicRequestHandler(
                bind.apply(new RouterBuilder(contract, Listener.PUBLIC, responses, refusals::record)
                                .cors(new CrossOrigin(new OriginRule(Live.fixed(origins()))))
                                .bodies(new BodyReader(vertx, new BodyLimiter(memory, perAddress), proxies, bodyMs)))
                        .build(),
                responses,
                refusals,
                new PublicRequestHandler.Limits(
                        false,
                        pending,
                        () -> draining,
                        BUDGET,
                        new AddressGate(address -> Optional.empty(), AddressReputation.NONE),
                        100_000,
                        proxies,
                        metrics),
                "/ws",
                Map.of(),
                Optional.empty());
        port = new BoundedHttpServer(pending, 64, () -> false, false, 1)
                .create(vertx, new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .requestHandler(requests::handle)
                .invalidRequestHandler(requests::handleInvalid)
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS)
                .actualPort();
    }

    private static OriginConfig origins() {
        return new OriginConfig(List.of(AllowedOrigin.parse(ORIGIN).orElseThrow()), OriginConfig.Missing.REJECT);
    }

    public RawPeer peer() {
        return RawPeer.to(port);
    }

    void drain() {
        draining = true;
    }

    /** The bytes that bodies hold at present. */
    long held() {
        return memory.used();
    }

    public void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }
}
