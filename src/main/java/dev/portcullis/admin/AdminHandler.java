package dev.portcullis.admin;

import dev.portcullis.admin.OperatorAuthenticator.TokenCheck;
import dev.portcullis.admin.node.NodeLoads;
import dev.portcullis.admin.node.NodeStatistics;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.audit.chain.ChainReader;
import dev.portcullis.audit.metrics.MetricsFormat;
import dev.portcullis.hooks.HookAdministration;
import dev.portcullis.http.BearerToken;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HostHeader;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.IpAddress;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.contract.Operation.Listener;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.BodyReader;
import dev.portcullis.http.routing.OperationGuard.Caller;
import dev.portcullis.http.routing.OperationGuard.Refused;
import dev.portcullis.http.routing.Router;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.inventory.Inventory;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.Result;
import dev.portcullis.ratelimit.window.AddressWindows;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

/**
 * Answers operators. Health checks are open; other requests pass the browser guard, the router, and authentication if
 * the route needs it.
 */
public final class AdminHandler implements Handler<HttpServerRequest> {
    private static final String ALIVE = "{\"status\":\"up\"}";
    private static final String HEALTH = "/health/";
    private static final int TRACKED_ADDRESSES = 10_000;
    private static final int UNREADY = 503;
    private static final int OK = 200;

    private final BrowserGuard guard;
    private final OperatorAuthenticator authenticator;
    private final Health health;
    private final Function<MetricsFormat, String> scrape;
    private final WorkerPool workers;
    private final Audit audit;
    private final LongSupplier clock;
    private final AddressWindows wrongKeys;
    private final HttpResponses responses = new HttpResponses(new ClientAddress(List.of()));
    private final Router router;

    /**
     * @param scrape returns all metrics as text; called on a thread of the workers, since its duration grows with the number of
     *     series
     * @param auditFiles the audit files of this node, if it writes any
     * @param mayHaveWaited whether a write that was read at this time may have waited
     * @param answerWithin lets the answer to a request take so many milliseconds, where that is longer than others may
     * @param hooks the calls about the hooks; empty where no hook is configured
     */
    public AdminHandler(
            AdminConfig config,
            Health health,
            Function<MetricsFormat, String> scrape,
            WorkerPool workers,
            TokenCheck tokens,
            SessionDirectory sessions,
            Optional<ChainReader> auditFiles,
            BanDirectory bans,
            ServerDirectory server,
            RoomDecisionOperations.Explainer explainer,
            BodyReader bodies,
            Audit audit,
            LongSupplier clock,
            LongPredicate mayHaveWaited,
            Optional<HookAdministration> hooks,
            NodeStatistics statistics,
            NodeLoads loads,
            Inventory inventory,
            NodeControl control,
            ObjLongConsumer<HttpServerRequest> answerWithin) {
        this.guard = new BrowserGuard(config.hosts());
        this.authenticator =
                new OperatorAuthenticator(config.apiKey(), tokens, user -> bans.isBanned(user, clock.getAsLong()));
        this.health = health;
        this.scrape = scrape;
        this.workers = workers;
        this.audit = audit;
        this.clock = clock;
        this.wrongKeys = new AddressWindows(Window.MINUTE, config.wrongKeysPerMinute(), TRACKED_ADDRESSES);
        AuditLogReader auditLog = new AuditLogReader(auditFiles, workers);
        RouterBuilder builder = new RouterBuilder(
                        ApiContract.published(), Listener.ADMIN, responses, this::auditRefusal)
                .guard("operator", this::checkOperator)
                .bodies(bodies)
                .refusingWritesIf(mayHaveWaited)
                .pages(DashboardPages.FILES)
                .bind("getLiveness", request -> request.send(OK, HttpResponses.JSON, Buffer.buffer(ALIVE)))
                .bind("getReadiness", this::ready)
                .bind("getMetrics", this::metrics);
        OperatorCall.Routes routes = new OperatorCall.Routes(builder, audit);
        new BanOperations(bans, clock).bind(routes);
        new MessageOperations(server, config.messages()).bind(routes);
        new RoomOperations(server.rooms()).bind(routes);
        new UserOperations(server.users(), sessions, clock).bind(routes);
        new UploadOperations(server.uploads()).bind(routes);
        new HoldOperations(server.holds()).bind(routes);
        new RoomDecisionOperations(explainer).bind(routes);
        new HookOperations(hooks).bind(routes);
        new NodeOperations(
                        statistics,
                        loads,
                        control,
                        health,
                        Map.of("hooks", hooks.isPresent(), "auditFile", auditLog.isKept()),
                        answerWithin)
                .bind(routes);
        new CheckpointOperations(control.checkpoints(), answerWithin).bind(routes);
        new SessionOperations(sessions, clock).bind(routes);
        new InventoryOperations(inventory, server.rooms(), bans, clock).bind(routes);
        auditLog.bind(routes);
        this.router = builder.build();
    }

    @Override
    public void handle(HttpServerRequest request) {
        List<String> host = all(request, "Host");
        if (!host.isEmpty() && !HostHeader.isValid(host)) { // some HTTP/1.0 probes send none
            router.badRequest(request);
            return;
        }
        if (String.valueOf(request.path()).startsWith(HEALTH)) {
            router.handle(request); // a probe uses the address of a pod, and the answer is no secret
            return;
        }
        guard.judge(host, all(request, "Origin"), all(request, "Sec-Fetch-Site"))
                .ifPresentOrElse(why -> refuse(request, why), () -> router.handle(request));
    }

    private void ready(ApiRequest request) {
        Health.Report report = health.last();
        int status = report.state() == Health.State.DOWN ? UNREADY : OK;
        request.send(status, HttpResponses.JSON, Buffer.buffer(report.json()));
    }

    private void metrics(ApiRequest request) {
        MetricsFormat format = MetricsFormat.of(all(request.http(), "Accept"));
        workers.run(() -> scrape.apply(format))
                .onSuccess(result -> result.<Runnable>fold(
                                text -> () -> request.send(OK, format.contentType(), Buffer.buffer(text)),
                                notRun -> () -> request.refuse(HttpRefusal.UNAVAILABLE))
                        .run())
                .onFailure(failure -> request.refuse(OperatorCall.logged(HttpRefusal.INTERNAL, failure)));
    }

    private Future<Result<Caller, Refused>> checkOperator(HttpServerRequest request) {
        Optional<String> bearer = BearerToken.in(all(request, "Authorization"));
        return authenticator
                .authenticate(bearer)
                .map(admission ->
                        bearer.isPresent() && admission.equals(Result.refused(new Refused(HttpRefusal.UNAUTHORIZED)))
                                ? wrongKey(request)
                                : admission)
                .otherwise(
                        failure -> Result.refused(new Refused(OperatorCall.logged(HttpRefusal.UNAVAILABLE, failure))));
    }

    /** Asked only for a key that is wrong: a right one is admitted whatever its address has tried, so no one locks an operator out. */
    private Result<Caller, Refused> wrongKey(HttpServerRequest request) {
        long waitMs = IpAddress.ofPeer(request.remoteAddress().hostAddress())
                .map(address -> wrongKeys.take(address.keys().narrowestFirst(), clock.getAsLong()))
                .orElse(0L);
        if (waitMs == 0) {
            return Result.refused(new Refused(HttpRefusal.UNAUTHORIZED));
        }
        HttpResponses.retryAfter(request.response(), waitMs);
        return Result.refused(new Refused(HttpRefusal.RATE_LIMITED));
    }

    private void refuse(HttpServerRequest request, HttpRefusal why) {
        responses.refuse(request, why, auditRefusal(request, why));
    }

    private String auditRefusal(HttpServerRequest request, HttpRefusal why) {
        String requestId = RequestId.next();
        audit.event(AuditEvent.of(EventName.ADMIN_REFUSED)
                .requestId(requestId)
                .ip(request.remoteAddress().hostAddress())
                .reason(why.id())
                .code(why.status()));
        return requestId;
    }

    private static List<String> all(HttpServerRequest request, String header) {
        return request.headers().getAll(header);
    }
}
