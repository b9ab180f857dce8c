package dev.portcullis.http.routing;

import dev.portcullis.http.contract.Operation;
import dev.portcullis.http.contract.Operation.HeaderClass;
import dev.portcullis.http.contract.Operation.Parameter;
import dev.portcullis.http.contract.Operation.Parameter.In;
import dev.portcullis.http.contract.PathTemplate;
import io.vertx.core.http.HttpMethod;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One path with its operations. */
final class PathOperations {
    private static final String CSRF_HEADER = "x-csrf-token";

    private final PathTemplate path;
    private final Map<HttpMethod, BoundOperation> byMethod = new LinkedHashMap<>();

    PathOperations(PathTemplate path) {
        this.path = path;
    }

    /** HEAD is answered wherever GET is (RFC 9110 section 9.1). */
    void add(BoundOperation bound) {
        byMethod.put(HttpMethod.valueOf(bound.operation().method().name()), bound);
        if (bound.operation().method() == Operation.Method.GET) {
            byMethod.put(HttpMethod.HEAD, bound);
        }
    }

    PathTemplate path() {
        return path;
    }

    Optional<BoundOperation> of(HttpMethod method) {
        return Optional.ofNullable(byMethod.get(method));
    }

    /** The value of {@code Allow}. */
    String methods() {
        Stream<HttpMethod> preflight = needsPreflight() ? Stream.of(HttpMethod.OPTIONS) : Stream.empty();
        return Stream.concat(byMethod.keySet().stream(), preflight)
                .map(HttpMethod::name)
                .collect(Collectors.joining(", "));
    }

    /**
     * Whether a browser has to ask before it sends what this path takes (Fetch standard, CORS-preflight). A plain GET it
     * sends at once, but not one with a token in a header.
     */
    boolean needsPreflight() {
        return operations().stream()
                .anyMatch(each -> each.has(HeaderClass.CORS)
                        && (each.guard().isPresent()
                                || !each.operation().method().isSafe()));
    }

    /** Whether there is anything under a path that matches. */
    boolean exists(String concrete) {
        return operations().stream().anyMatch(each -> each.exists(concrete));
    }

    boolean takesCookies() {
        return operations().stream().anyMatch(each -> each.has(HeaderClass.CREDENTIALS));
    }

    /** The request headers that pages may set. */
    String requestHeaders() {
        TreeSet<String> names = new TreeSet<>();
        names.add("authorization");
        names.add("content-type");
        if (takesCookies()) {
            names.add(CSRF_HEADER); // the page may add it to every request, also to one that does not need it
        }
        operations().stream()
                .flatMap(each -> each.operation().parameters(In.HEADER).stream())
                .map(Parameter::name)
                .forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        return String.join(", ", names);
    }

    private Collection<BoundOperation> operations() {
        return byMethod.values();
    }
}
