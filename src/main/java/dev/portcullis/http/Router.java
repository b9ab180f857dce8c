package dev.portcullis.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Routes requests by path. Paths are compared without decoding: {@code %2e%2e} is just an unknown name (CWE-22).
 * Immutable once routes are registered.
 */
public final class Router implements Handler<HttpServerRequest> {
    private final HttpResponses responses;
    private final BiFunction<HttpServerRequest, HttpRefusal, String> auditRefusal;
    private final Map<String, Handler<HttpServerRequest>> exact = new HashMap<>();
    private final Map<String, BiConsumer<HttpServerRequest, String>> prefixes = new LinkedHashMap<>();

    private List<HttpMethod> methods = List.of(HttpMethod.GET);

    /** @param auditRefusal writes an audit event of the refusal and returns its request id */
    public Router(HttpResponses responses, BiFunction<HttpServerRequest, HttpRefusal, String> auditRefusal) {
        this.responses = responses;
        this.auditRefusal = auditRefusal;
    }

    /** Answers HEAD like GET, without the body (RFC 9110 section 9.3.2). */
    public Router answeringHead() {
        methods = List.of(HttpMethod.GET, HttpMethod.HEAD);
        return this;
    }

    public Router get(String path, Handler<HttpServerRequest> handler) {
        exact.put(path, handler);
        return this;
    }

    /** @param handler also receives the path after the prefix */
    public Router getPrefix(String prefix, BiConsumer<HttpServerRequest, String> handler) {
        prefixes.put(prefix, handler);
        return this;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (!RequestTarget.matchesHost(request.uri(), request.headers().getAll(HttpHeaders.HOST))) {
            badRequest(request);
            return;
        }
        find(String.valueOf(request.path()))
                .ifPresentOrElse(handler -> read(request, handler), () -> notFound(request));
    }

    /** Refuses a request that no handler may see. */
    public void badRequest(HttpServerRequest request) {
        refuse(request, HttpRefusal.BAD_REQUEST);
    }

    /** For handlers that find nothing under the rest of a path. */
    public void notFound(HttpServerRequest request) {
        refuse(request, HttpRefusal.NOT_FOUND);
    }

    private Optional<Handler<HttpServerRequest>> find(String path) {
        Handler<HttpServerRequest> handler = exact.get(path);
        return handler != null
                ? Optional.of(handler)
                : prefixes.entrySet().stream()
                        .filter(each -> path.startsWith(each.getKey()))
                        .findFirst()
                        .map(each -> request -> each.getValue()
                                .accept(request, path.substring(each.getKey().length())));
    }

    private void read(HttpServerRequest request, Handler<HttpServerRequest> handler) {
        if (methods.contains(request.method())) {
            handler.handle(request);
        } else {
            String allowed = methods.stream().map(HttpMethod::name).collect(Collectors.joining(", "));
            request.response().putHeader(HttpHeaders.ALLOW, allowed);
            refuse(request, HttpRefusal.METHOD_NOT_ALLOWED);
        }
    }

    /** Closes the connection after the answer, since the rest of a refused request is not read. */
    private void refuse(HttpServerRequest request, HttpRefusal why) {
        String requestId = auditRefusal.apply(request, why);
        if (methods.contains(request.method()) && why != HttpRefusal.BAD_REQUEST) {
            responses.refuse(request, why, requestId);
            return;
        }
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        responses
                .refuse(request, why, requestId)
                .onComplete(sent -> request.connection().close());
    }
}
