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
 * What is read under which path. Paths are compared as they came, without decoding: {@code %2e%2e} is just another name
 * that is not here (CWE-22). Set it up first; then it only reads.
 */
public final class Router implements Handler<HttpServerRequest> {
    private final HttpResponses responses;
    private final BiFunction<HttpServerRequest, HttpRefusal, String> noted;
    private final Map<String, Handler<HttpServerRequest>> exact = new HashMap<>();
    private final Map<String, BiConsumer<HttpServerRequest, String>> prefixes = new LinkedHashMap<>();

    private List<HttpMethod> methods = List.of(HttpMethod.GET);

    /** @param noted writes a refusal down, and says under which request id */
    public Router(HttpResponses responses, BiFunction<HttpServerRequest, HttpRefusal, String> noted) {
        this.responses = responses;
        this.noted = noted;
    }

    /** A HEAD is answered like a GET, without the body (RFC 9110 section 9.3.2). */
    public Router answeringHead() {
        methods = List.of(HttpMethod.GET, HttpMethod.HEAD);
        return this;
    }

    public Router get(String path, Handler<HttpServerRequest> reader) {
        exact.put(path, reader);
        return this;
    }

    /** @param reader is given what stands behind the prefix */
    public Router getUnder(String prefix, BiConsumer<HttpServerRequest, String> reader) {
        prefixes.put(prefix, reader);
        return this;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (!RequestTarget.agrees(request.uri(), request.headers().getAll(HttpHeaders.HOST))) {
            badRequest(request);
            return;
        }
        find(String.valueOf(request.path())).ifPresentOrElse(reader -> read(request, reader), () -> notFound(request));
    }

    /** For requests that no reader may see. */
    public void badRequest(HttpServerRequest request) {
        refuse(request, HttpRefusal.BAD_REQUEST);
    }

    /** For readers that find nothing under the rest of a path. */
    public void notFound(HttpServerRequest request) {
        refuse(request, HttpRefusal.NOT_FOUND);
    }

    private Optional<Handler<HttpServerRequest>> find(String path) {
        Handler<HttpServerRequest> reader = exact.get(path);
        return reader != null
                ? Optional.of(reader)
                : prefixes.entrySet().stream()
                        .filter(each -> path.startsWith(each.getKey()))
                        .findFirst()
                        .map(each -> request -> each.getValue()
                                .accept(request, path.substring(each.getKey().length())));
    }

    private void read(HttpServerRequest request, Handler<HttpServerRequest> reader) {
        if (methods.contains(request.method())) {
            reader.handle(request);
        } else {
            String allowed = methods.stream().map(HttpMethod::name).collect(Collectors.joining(", "));
            request.response().putHeader(HttpHeaders.ALLOW, allowed);
            refuse(request, HttpRefusal.METHOD_NOT_ALLOWED);
        }
    }

    /** Nobody reads what a refused request may still send: the connection ends with the answer. */
    private void refuse(HttpServerRequest request, HttpRefusal why) {
        String requestId = noted.apply(request, why);
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
