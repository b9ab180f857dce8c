package dev.portcullis.edge.listener;

import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HostHeader;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.Router;
import dev.portcullis.ratelimit.reputation.AddressGate;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Handles every request of the public listener, valid or not, one at a time for each connection, and limits them. */
public final class PublicRequestHandler {
    private final Router router;
    private final HttpResponses responses;
    private final HttpRefusalLog refusals;
    private final Limits limits;
    private final String socketPath;

    /**
     * @param tlsRequired whether requests without TLS are refused
     * @param perConnection maximum number of requests on one connection, which closes after the last
     */
    public record Limits(
            boolean tlsRequired,
            HttpRequestLimiter rates,
            AddressGate addresses,
            int perConnection,
            ClientAddress proxies,
            Metrics metrics) {}

    public PublicRequestHandler(
            Router router, HttpResponses responses, HttpRefusalLog refusals, Limits limits, String socketPath) {
        this.router = router;
        this.responses = responses;
        this.refusals = refusals;
        this.limits = limits;
        this.socketPath = socketPath;
    }

    public void handle(HttpServerRequest request) {
        HttpChannel channel = readNextAfterAnswer(request);
        if (isHandshake(request)) { // the handshake checks Host itself and has its own limits
            router.handle(request);
            return;
        }
        long waitMs = waitMs(request);
        if (waitMs > 0) {
            refuseRateLimited(request, channel, waitMs);
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
        if (channel.countRequest() >= limits.perConnection()) {
            endWithAnswer(request, channel);
        }
        if (HostHeader.isValid(request.headers().getAll("Host"))) {
            router.handle(request);
        } else {
            router.badRequest(request);
        }
    }

    /** Handles a request that could not be parsed. Vert.x answers it, with the headers of every response. */
    public void handleInvalid(HttpServerRequest request) {
        HttpChannel channel = readNextAfterAnswer(request);
        long waitMs = waitMs(request);
        if (waitMs > 0) {
            refuseRateLimited(request, channel, waitMs);
            return;
        }
        refusals.record(request, HttpRefusal.BAD_REQUEST);
        responses.protectedResponse(request);
        HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
    }

    private void refuseRateLimited(HttpServerRequest request, HttpChannel channel, long waitMs) {
        limits.metrics().httpRequestRefused();
        endWithAnswer(request, channel);
        HttpResponses.retryAfter(request.response(), waitMs);
        refuse(request, HttpRefusal.RATE_LIMITED);
    }

    /** RFC 9110 section 15.5.22. Neither the body nor the token of what came in clear text is read (CWE-319). */
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

    private static void endWithAnswer(HttpServerRequest request, HttpChannel channel) {
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        channel.endAfterAnswer();
    }

    private long waitMs(HttpServerRequest request) {
        List<String> keys = limits.proxies()
                .of(request)
                .map(address -> address.keys().narrowestFirst())
                .orElse(List.of());
        return limits.rates().take(keys, TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }

    private static HttpChannel readNextAfterAnswer(HttpServerRequest request) {
        HttpChannel channel = HttpChannel.of(request.connection());
        request.response().endHandler(any -> channel.answered());
        return channel;
    }
}
