package dev.portcullis.http.routing;

import dev.portcullis.audit.tracing.ActiveSpan;
import dev.portcullis.http.CrossOrigin;
import dev.portcullis.http.HostHeader;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.contract.Operation.HeaderClass;
import dev.portcullis.protocol.Rejection.Violation;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

/**
 * Serves the operations of one listener. A request passes these checks in order, and a handler sees only what passed:
 * expectation, path, method, time, origin, parameters, head of the body, body, guard, schema of the body. Paths are compared
 * without decoding: {@code %2e%2e} is just an unknown name (CWE-22). Immutable.
 */
public final class Router implements Handler<HttpServerRequest> {
    /** Requests without a body leave nothing unread when they are refused. */
    private static final Set<HttpMethod> WITHOUT_BODY = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final Responder responder;
    private final Optional<CrossOrigin> cors;
    private final Optional<BodyReader> bodies;
    private final LongPredicate mayHaveWaited;
    private final Map<String, PathOperations> exact;
    private final List<PathOperations> templates;

    Router(
            Responder responder,
            Optional<CrossOrigin> cors,
            Optional<BodyReader> bodies,
            LongPredicate mayHaveWaited,
            Map<String, PathOperations> exact,
            List<PathOperations> templates) {
        this.responder = responder;
        this.cors = cors;
        this.bodies = bodies;
        this.mayHaveWaited = mayHaveWaited;
        this.exact = Map.copyOf(exact);
        this.templates = List.copyOf(templates);
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (!HostHeader.matchesTarget(request.uri(), request.headers().getAll(HttpHeaders.HOST))) {
            badRequest(request);
            return;
        }
        if (Expectation.isUnknown(request)) {
            responder.refuseAndClose(request, HttpRefusal.EXPECTATION_FAILED);
            return;
        }
        String path = String.valueOf(request.path());
        find(path)
                .ifPresentOrElse(
                        found -> serve(request, found.resource(), path, found.values()),
                        () -> refuse(request, HttpRefusal.NOT_FOUND));
    }

    /** Whether what is asked for checks a proof of its client, and the request may bring one. */
    public boolean isClaim(HttpServerRequest request) {
        return find(String.valueOf(request.path()))
                .flatMap(found -> found.resource().of(request.method()))
                .filter(bound -> bound.isClaim(request))
                .isPresent();
    }

    /** Whether a browser asks whether an allowed page may send what this path takes. It brings no proof of its user, ever. */
    public boolean isPreflight(HttpServerRequest request) {
        String path = String.valueOf(request.path());
        return find(path)
                .map(Found::resource)
                .filter(resource -> resource.exists(path) && isPreflight(request, resource))
                .flatMap(any -> cors.flatMap(rule -> rule.allowed(request)))
                .isPresent();
    }

    private static boolean isPreflight(HttpServerRequest request, PathOperations resource) {
        return request.method().equals(HttpMethod.OPTIONS)
                && resource.needsPreflight()
                && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    }

    private Optional<Found> find(String path) {
        PathOperations resource = exact.get(path);
        return resource != null
                ? Optional.of(new Found(resource, List.of()))
                : templates.stream()
                        .flatMap(each -> each.path().match(path).map(values -> new Found(each, values)).stream())
                        .findFirst();
    }

    /** @param values of the parameters in the path */
    private record Found(PathOperations resource, List<String> values) {}

    /** Refuses a request that no handler may see. */
    public void badRequest(HttpServerRequest request) {
        refuse(request, HttpRefusal.BAD_REQUEST);
    }

    private void serve(HttpServerRequest request, PathOperations resource, String path, List<String> values) {
        resource.of(request.method())
                .ifPresentOrElse(
                        bound -> serve(request, bound, path, values), () -> serveOther(request, resource, path));
    }

    private void serveOther(HttpServerRequest request, PathOperations resource, String path) {
        if (resource.exists(path)) {
            preflight(request, resource);
        } else {
            refuse(request, HttpRefusal.NOT_FOUND);
        }
    }

    private void serve(HttpServerRequest request, BoundOperation bound, String path, List<String> values) {
        ActiveSpan.nameCall(request.method().name(), bound.operation().path().toString());
        Map<String, Object> parameters = bound.newParameters();
        if (!bound.isFound(path, values, parameters)) {
            refuse(request, HttpRefusal.NOT_FOUND);
            return;
        }
        putHeaders(request, bound);
        boolean writes = !bound.operation().method().isSafe();
        long readAt = System.nanoTime();
        BooleanSupplier waited = () -> writes && mayHaveWaited.test(readAt);
        if (waited.getAsBoolean()) {
            refuse(request, HttpRefusal.UNAVAILABLE);
            return;
        }
        if (writes && isForeign(request)) {
            refuse(request, HttpRefusal.FORBIDDEN);
            return;
        }
        List<Violation> wrong = bound.readParameters(request, parameters);
        if (!wrong.isEmpty()) {
            refuse(request, HttpRefusal.INVALID_PARAMETER, wrong);
            return;
        }
        Optional<HttpRefusal> refusal = bound.judgeBody(request);
        if (refusal.isPresent()) {
            refuse(request, refusal.get());
        } else {
            new OperationCall(responder, bodies, request, bound, parameters, waited, why -> refuse(request, why))
                    .serve();
        }
    }

    /** A page of another site must not change anything with the credentials of its visitor (CWE-352). */
    private boolean isForeign(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.ORIGIN)
                && cors.filter(rule -> rule.allowed(request).isEmpty()).isPresent();
    }

    private void putHeaders(HttpServerRequest request, BoundOperation bound) {
        if (bound.has(HeaderClass.NO_STORE)) {
            request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        }
        if (bound.has(HeaderClass.CORS)) {
            cors.flatMap(rule -> rule.allow(request, bound.has(HeaderClass.CREDENTIALS)))
                    .ifPresent(origin -> request.response()
                            .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After, Proof-Of-Work"));
        }
    }

    /**
     * Answers a browser that asks whether a page may send a request to this path; for any other request the method is not
     * allowed.
     */
    private void preflight(HttpServerRequest request, PathOperations resource) {
        boolean asks = isPreflight(request, resource);
        if (!asks || cors.flatMap(rule -> rule.allowed(request)).isEmpty()) {
            request.response().putHeader(HttpHeaders.ALLOW, resource.methods());
            refuse(request, asks ? HttpRefusal.FORBIDDEN : HttpRefusal.METHOD_NOT_ALLOWED);
            return;
        }
        cors.orElseThrow().allow(request, resource.takesCookies());
        CrossOrigin.preflight(
                responder.responses().protectedResponse(request).setStatusCode(204),
                resource.methods(),
                resource.requestHeaders());
    }

    private void refuse(HttpServerRequest request, HttpRefusal why) {
        refuse(request, why, List.of());
    }

    /** A request that may have a body is not read on. */
    private void refuse(HttpServerRequest request, HttpRefusal why, List<Violation> details) {
        if (WITHOUT_BODY.contains(request.method()) && why != HttpRefusal.BAD_REQUEST) {
            responder.refuse(request, why, details);
        } else {
            responder.refuseAndClose(request, why, details);
        }
    }
}
