package dev.portcullis.http.routing;

import dev.portcullis.http.CrossOrigin;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.contract.Operation;
import dev.portcullis.http.contract.Operation.HeaderClass;
import dev.portcullis.http.contract.Operation.Listener;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/** Binds handlers to the operations of one listener, and refuses a router in which the two differ. */
public final class RouterBuilder {
    private final Responder responder;
    private final Listener listener;
    private final List<Operation> operations;
    private final Map<String, Binding> bindings = new HashMap<>();
    private final Map<String, OperationGuard> guards = new HashMap<>();
    private final Set<String> provesUsers = new HashSet<>();
    private Optional<CrossOrigin> cors = Optional.empty();
    private Optional<BodyReader> bodies = Optional.empty();
    private Optional<StaticFiles> pages = Optional.empty();
    private LongPredicate mayHaveWaited = readAt -> false;

    private record Binding(Predicate<String> exists, Handler<ApiRequest> handler) {}

    /** @param auditRefusal writes an audit event of the refusal and returns its request id */
    public RouterBuilder(
            ApiContract contract,
            Listener listener,
            HttpResponses responses,
            BiFunction<HttpServerRequest, HttpRefusal, String> auditRefusal) {
        this.listener = listener;
        this.operations = contract.operations(listener);
        this.responder = new Responder(responses, auditRefusal);
    }

    /** The origins whose pages may read answers and send writes. Without it, the listener judges origins itself. */
    public RouterBuilder cors(CrossOrigin rule) {
        cors = Optional.of(rule);
        return this;
    }

    public RouterBuilder bodies(BodyReader reader) {
        bodies = Optional.of(reader);
        return this;
    }

    /**
     * Refuses writes of which this holds, so that the caller sends them again: what waited was perhaps undone by its caller at
     * another node meanwhile.
     *
     * @param waited of the time at which a request was read, in {@link System#nanoTime()}
     */
    public RouterBuilder refusingWritesIf(LongPredicate waited) {
        mayHaveWaited = waited;
        return this;
    }

    /** The files of pages, which are no calls of the contract. Only pages of this listener itself read them. */
    public RouterBuilder pages(StaticFiles files) {
        pages = Optional.of(files);
        return this;
    }

    /** @param scheme the name of a security scheme */
    public RouterBuilder guard(String scheme, OperationGuard guard) {
        guards.put(scheme, guard);
        return this;
    }

    /** @param id of an operation whose handler checks proofs of users, such as a refresh token */
    public RouterBuilder provesUsers(String id) {
        provesUsers.add(id);
        return this;
    }

    /** @param id the {@code operationId} */
    public RouterBuilder bind(String id, Handler<ApiRequest> handler) {
        return bind(id, new Binding(path -> true, handler));
    }

    /** @param files there is nothing under any other path of the operation */
    public RouterBuilder bind(String id, StaticFiles files) {
        return bind(id, new Binding(files::has, files::send));
    }

    /** @param enabled whether there is anything under the paths of this operation */
    public RouterBuilder bind(String id, boolean enabled, Handler<ApiRequest> handler) {
        return bind(id, new Binding(path -> enabled, handler));
    }

    /** @throws IllegalStateException if an operation lacks its handler, or something else that it needs */
    public Router build() {
        Map<String, PathOperations> resources = new LinkedHashMap<>();
        for (Operation operation : operations) {
            resources
                    .computeIfAbsent(operation.path().toString(), any -> new PathOperations(operation.path()))
                    .add(bound(operation));
        }
        Map<String, PathOperations> exact = new HashMap<>(resources);
        exact.values().removeIf(each -> !each.path().names().isEmpty());
        pages.ifPresent(files -> files.paths().forEach(path -> {
            PathOperations before = exact.put(path, page(path, files));
            require(before == null, "a page has the path of an operation: " + path);
        }));
        List<PathOperations> templates = resources.values().stream()
                .filter(each -> !each.path().names().isEmpty())
                .toList();
        return new Router(responder, cors, bodies, mayHaveWaited, exact, templates);
    }

    private RouterBuilder bind(String id, Binding binding) {
        boolean known = operations.stream().anyMatch(each -> each.id().equals(id));
        require(known && bindings.put(id, binding) == null, "there is no operation " + id + ", or it is bound");
        return this;
    }

    private PathOperations page(String path, StaticFiles files) {
        Operation page = Operation.ofPage(listener, path);
        PathOperations resource = new PathOperations(page.path());
        resource.add(new BoundOperation(page, any -> true, files::send, Optional.empty(), false));
        return resource;
    }

    private BoundOperation bound(Operation operation) {
        Binding binding = Optional.ofNullable(bindings.get(operation.id()))
                .orElseThrow(() -> new IllegalStateException("no handler is bound to " + operation.id()));
        Optional<OperationGuard> guard = operation.guard().map(guards::get);
        require(guard.isPresent() == operation.guard().isPresent(), "no guard is bound for " + operation.id());
        require(operation.body().isEmpty() || bodies.isPresent(), "no body can be read for " + operation.id());
        require(
                cors.isPresent() || !operation.headers().contains(HeaderClass.CORS),
                "no origins are known for " + operation.id());
        return new BoundOperation(
                operation, binding.exists(), binding.handler(), guard, provesUsers.contains(operation.id()));
    }

    private static void require(boolean met, String message) {
        if (!met) {
            throw new IllegalStateException(message);
        }
    }
}
