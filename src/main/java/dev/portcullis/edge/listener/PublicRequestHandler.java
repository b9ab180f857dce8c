package dev.portcullis.edge.listener;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import dev.portcullis.edge.tcp.RequestCharge;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HostHeader;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.BodyReader;
import dev.portcullis.http.routing.Router;
import dev.portcullis.ratelimit.reputation.AddressGate;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Handles every request of the public listener, valid or not, one at a time for each connection, and limits them. */
public final class PublicRequestHandler {
    /** Bytes of the body of a login, more than one with an address and a password of usual length has. */
    private static final int SHORT_LOGIN = 1_024;

    private static final int DIGITS = 4;

    private final Router router;
    private final HttpResponses responses;
    private final HttpRefusalLog refusals;
    private final Limits limits;
    private final String socketPath;
    private final Map<String, Handler<HttpServerRequest>> transports;
    private final Optional<HealthAnswer> health;

    /**
     * @param tlsRequired whether requests without TLS are refused
     * @param pending bounds the time of each request
     * @param draining whether the node accepts no further requests on a connection
     * @param perConnection maximum number of requests on one connection, which closes after the last
     */
    public record Limits(
            boolean tlsRequired,
            PendingConnectionLimit pending,
            BooleanSupplier draining,
            RequestBudget budget,
            AddressGate addresses,
            int perConnection,
            ClientAddress proxies,
            Metrics metrics) {}

    /**
     * @param transports by their paths: what speaks a protocol of its own over HTTP
     * @param health where load balancers are told
     */
    public PublicRequestHandler(
            Router router,
            HttpResponses responses,
            HttpRefusalLog refusals,
            Limits limits,
            String socketPath,
            Map<String, Handler<HttpServerRequest>> transports,
            Optional<HealthAnswer> health) {
        this.router = router;
        this.responses = responses;
        this.refusals = refusals;
        this.limits = limits;
        this.socketPath = socketPath;
        this.transports = Map.copyOf(transports);
        this.health = health;
    }

    public void handle(HttpServerRequest request) {
        HttpChannel channel = readNextAfterAnswer(request);
        if (isHandshake(request)) { // the handshake checks Host itself and has its own limits
            router.handle(request);
            return;
        }
        limits.pending().requested(channel);
        if (BodyReader.isAnnounced(request)) {
            limits.pending().arriving(channel);
            request.end().onSuccess(any -> limits.pending().arrived(channel));
        }
        RequestCharge charge = limits.budget().charge(request);
        Optional<HealthAnswer> asked = health.filter(answer -> answer.answers(request));
        boolean mustNotPay = charge.isOwed() && (asked.isPresent() || router.isPreflight(request));
        if (charge.isOwed() && !mustNotPay && !mayProveUser(request)) {
            refuseRateLimited(request, channel, charge.waitMs());
            return;
        }
        if (mustNotPay) { // all users would pay for the check, and one for the preflight of their call (CWE-645)
            endWithAnswer(request, channel);
        }
        if (charge.isOwed()
                && limits.budget().mayLogIn(request)) { // what is no login must not be cheaper than a refusal
            if (!isShort(request)) {
                refuseRateLimited(request, channel, charge.waitMs());
                return;
            }
            endWithAnswer(request, channel);
        }
        if (asked.isPresent()) {
            asked.get().handle(request);
            return;
        }
        if (limits.tlsRequired() && !responses.isSecure(request)) {
            refuseInsecure(request, channel);
            return;
        }
        if (limits.proxies().of(request).filter(limits.addresses()::isClosed).isPresent()) {
            endWithAnswer(request, channel);
            refuse(request, HttpRefusal.BANNED);
            return;
        }
        if (!isWebSocket(request)
                && (channel.countRequest() >= limits.perConnection()
                        || limits.draining().getAsBoolean())) {
            endWithAnswer(request, channel);
        }
        if (HostHeader.isValid(request.headers().getAll("Host"))) {
            route(request);
        } else {
            router.badRequest(request);
        }
    }

    private void route(HttpServerRequest request) {
        Handler<HttpServerRequest> transport = transports.get(String.valueOf(request.path()));
        if (transport == null) {
            router.handle(request);
        } else if (HostHeader.matchesTarget(request.uri(), request.headers().getAll(HttpHeaders.HOST))) {
            transport.handle(request);
        } else {
            router.badRequest(request);
        }
    }

    /** Handles a request that could not be parsed. Vert.x answers it, with the headers of every response. */
    public void handleInvalid(HttpServerRequest request) {
        HttpChannel channel = readNextAfterAnswer(request);
        RequestCharge charge = limits.budget().chargeUnparsed(request);
        if (charge.isOwed()) {
            refuseRateLimited(request, channel, charge.waitMs());
            return;
        }
        refusals.record(request, HttpRefusal.BAD_REQUEST);
        responses.protectedResponse(request);
        HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
    }

    /** Whether what it asks for checks a proof of its client, who does not pay for others then. */
    private boolean mayProveUser(HttpServerRequest request) {
        return !limits.budget().isOfForeignPage(request)
                && (transports.containsKey(String.valueOf(request.path())) || router.isClaim(request));
    }

    /** Longer bodies cost the node more than a login that is short, to read and to judge (CWE-400). */
    private static boolean isShort(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && length.length() <= DIGITS && Integer.parseInt(length) <= SHORT_LOGIN;
    }

    private void refuseRateLimited(HttpServerRequest request, HttpChannel channel, long waitMs) {
        limits.metrics().count(Metric.HTTP_REQUESTS_LIMITED);
        endWithAnswer(request, channel);
        HttpResponses.retryAfter(request.response(), waitMs);
        refuse(request, HttpRefusal.RATE_LIMITED);
    }

    /** Refuses a request in clear text (RFC 9110 section 15.5.22). Neither its body nor its token is read (CWE-319). */
    private void refuseInsecure(HttpServerRequest request, HttpChannel channel) {
        endWithAnswer(request, channel);
        request.response()
                .putHeader(HttpHeaders.UPGRADE, "TLS/1.2")
                .putHeader(HttpHeaders.CONNECTION, "Upgrade, close");
        refuse(request, HttpRefusal.SECURE_CONNECTION_REQUIRED);
    }

    private void refuse(HttpServerRequest request, HttpRefusal why) {
        var unused = responses.refuse(request, why, refusals.record(request, why));
    }

    private boolean isHandshake(HttpServerRequest request) {
        return socketPath.equals(request.path())
                && request.method().equals(HttpMethod.GET)
                && request.headers().contains(HttpHeaders.UPGRADE);
    }

    /** Whether a request asks for a WebSocket. Some clients offer HTTP/2 with each request, which means nothing here. */
    public static boolean isWebSocket(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET)
                && request.headers().getAll(HttpHeaders.UPGRADE).stream().anyMatch("websocket"::equalsIgnoreCase);
    }

    private static void endWithAnswer(HttpServerRequest request, HttpChannel channel) {
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        channel.endAfterAnswer();
    }

    private HttpChannel readNextAfterAnswer(HttpServerRequest request) {
        HttpChannel channel = HttpChannel.of(request.connection());
        request.response()
                .headersEndHandler(any -> announceEnd(request, channel))
                .endHandler(any -> {
                    limits.pending().answered(channel);
                    channel.answered();
                });
        return channel;
    }

    /** RFC 9112 section 9.6: a client that is not told sends its next request on a connection that is closed. */
    private void announceEnd(HttpServerRequest request, HttpChannel channel) {
        if (limits.pending().isAging(channel)) {
            channel.endAfterAnswer();
        }
        if (channel.isLastAnswer() && !request.response().headers().contains(HttpHeaders.CONNECTION)) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }
}
