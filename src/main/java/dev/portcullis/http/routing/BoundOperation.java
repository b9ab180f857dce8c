package dev.portcullis.http.routing;

import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.contract.Operation;
import dev.portcullis.http.contract.Operation.HeaderClass;
import dev.portcullis.http.contract.Operation.Parameter;
import dev.portcullis.http.contract.Operation.Parameter.In;
import dev.portcullis.http.contract.Operation.Unchecked;
import dev.portcullis.http.routing.OperationGuard.Caller;
import dev.portcullis.http.routing.OperationGuard.Refused;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.codec.JsonPointer;
import dev.portcullis.protocol.codec.SchemaViolations;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** An operation with the handler that is bound to it. */
final class BoundOperation {
    private final Operation operation;
    private final Predicate<String> exists;
    private final Handler<ApiRequest> handler;
    private final Optional<OperationGuard> guard;
    private final boolean provesUsers;
    private final List<Parameter> inPath;
    private final List<Parameter> inQuery;
    private final List<Parameter> inHeaders;

    /**
     * @param exists whether there is something under a path that matches
     * @param provesUsers whether its handler checks proofs of users
     */
    BoundOperation(
            Operation operation,
            Predicate<String> exists,
            Handler<ApiRequest> handler,
            Optional<OperationGuard> guard,
            boolean provesUsers) {
        this.operation = operation;
        this.exists = exists;
        this.handler = handler;
        this.guard = guard;
        this.provesUsers = provesUsers;
        this.inPath = operation.parameters(In.PATH);
        this.inQuery = operation.parameters(In.QUERY);
        this.inHeaders = operation.parameters(In.HEADER);
    }

    Operation operation() {
        return operation;
    }

    Handler<ApiRequest> handler() {
        return handler;
    }

    Optional<OperationGuard> guard() {
        return guard;
    }

    /** Whether the client of this request may prove to be a user. */
    boolean isClaim(HttpServerRequest request) {
        return provesUsers || guard.filter(each -> each.isClaim(request)).isPresent();
    }

    boolean has(HeaderClass headers) {
        return operation.headers().contains(headers);
    }

    Map<String, Object> newParameters() {
        return operation.parameters().isEmpty() ? Map.of() : new HashMap<>();
    }

    boolean exists(String path) {
        return exists.test(path);
    }

    /** An id that can't exist is not found, like one that does not. */
    boolean isFound(String path, List<String> values, Map<String, Object> into) {
        for (int i = 0; i < values.size(); i++) {
            if (!put(inPath.get(i), values.get(i), into).isEmpty()) {
                return false;
            }
        }
        return exists.test(path);
    }

    /** @return the violations of the query and the headers, with the names of parameters as paths; empty if there are none */
    List<Violation> readParameters(HttpServerRequest request, Map<String, Object> into) {
        SchemaViolations wrong = new SchemaViolations();
        readQuery(request, into, wrong);
        readHeaders(request, into, wrong);
        return wrong.details();
    }

    /** Checks by the head whether there is a body as the contract declares it, or none. */
    Optional<HttpRefusal> judgeBody(HttpServerRequest request) {
        if (operation.body().isPresent()) {
            return BodyReader.judge(request, operation.body().get());
        }
        if (operation.streamed()) {
            return BodyReader.isEncoded(request) ? Optional.of(HttpRefusal.BAD_REQUEST) : Optional.empty();
        }
        return operation.unchecked().contains(Unchecked.BODY) ? Optional.empty() : judgeWithoutBody(request);
    }

    /** A write that carries nothing needs no type (RFC 9110 section 8.3). */
    private Optional<HttpRefusal> judgeWithoutBody(HttpServerRequest request) {
        if (BodyReader.isAnnounced(request)) {
            return Optional.of(HttpRefusal.BAD_REQUEST);
        }
        return !operation.method().isSafe() && BodyReader.isOfOtherType(request)
                ? Optional.of(HttpRefusal.UNSUPPORTED_MEDIA_TYPE)
                : Optional.empty();
    }

    /** Asks the guard of the operation, if it has one. A guard that fails refuses. */
    void admit(HttpServerRequest request, Consumer<Optional<Caller>> admitted, Consumer<Refused> refused) {
        if (guard.isEmpty()) {
            admitted.accept(Optional.empty());
            return;
        }
        OperationGuard asked = guard.get();
        Future.succeededFuture()
                .compose(any -> asked.check(request)) // makes a thrown exception a failed future
                .otherwise(failure -> {
                    CallFailures.log(failure);
                    return Result.refused(new Refused(HttpRefusal.UNAVAILABLE));
                })
                .onSuccess(result -> result.<Runnable>fold(
                                caller -> () -> admitted.accept(Optional.of(caller)), why -> () -> refused.accept(why))
                        .run());
    }

    /** Which parameters an ambiguous query lacks is not known. */
    private void readQuery(HttpServerRequest request, Map<String, Object> into, SchemaViolations wrong) {
        if (operation.unchecked().contains(Unchecked.QUERY)) {
            return;
        }
        Map<String, String> values = QueryString.parse(request.query(), wrong);
        if (!wrong.isEmpty()) {
            return;
        }
        for (Parameter parameter : inQuery) {
            Optional<String> value = Optional.ofNullable(values.remove(parameter.name()));
            read(parameter, value, into, wrong);
        }
        values.keySet().forEach(unknown -> wrong.add(JsonPointer.ROOT.child(unknown), "additionalProperties"));
    }

    /** Two lines of one header contradict each other. */
    private void readHeaders(HttpServerRequest request, Map<String, Object> into, SchemaViolations wrong) {
        for (Parameter parameter : inHeaders) {
            List<String> lines = request.headers().getAll(parameter.name());
            if (lines.size() > 1) {
                wrong.add(JsonPointer.ROOT.child(parameter.name()), "repeated");
            } else {
                read(parameter, lines.stream().findFirst(), into, wrong);
            }
        }
    }

    private static void read(
            Parameter parameter, Optional<String> text, Map<String, Object> into, SchemaViolations wrong) {
        List<String> rules = text.map(each -> put(parameter, each, into))
                .orElseGet(() -> parameter.required() ? List.of("required") : List.of());
        rules.forEach(rule -> wrong.add(JsonPointer.ROOT.child(parameter.name()), rule));
    }

    /** @return the rules that the text breaks; it is put only if there is none */
    private static List<String> put(Parameter parameter, String text, Map<String, Object> into) {
        return parameter
                .schema()
                .readText(
                        text,
                        value -> {
                            into.put(parameter.name(), value);
                            return List.of();
                        },
                        violations -> violations.stream().map(Violation::rule).toList());
    }
}
