package dev.portcullis.http.contract;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One call.
 *
 * @param id its {@code operationId}
 * @param headers the headers of its answers, beyond the security headers
 * @param unchecked the parts of a request that the router passes on unread, although nothing is declared for them
 * @param streamed whether its handler takes the body as it arrives, of whatever type and size
 * @param guard the security scheme that must admit a request; empty if the call is open, or judges tokens itself
 */
public record Operation(
        String id,
        Listener listener,
        Method method,
        PathTemplate path,
        List<Parameter> parameters,
        Optional<Body> body,
        Set<HeaderClass> headers,
        Set<Unchecked> unchecked,
        boolean streamed,
        Optional<String> guard) {
    /** The listener that serves the operation: for clients, or for operators. */
    public enum Listener {
        PUBLIC,
        ADMIN
    }

    public enum Method {
        GET,
        POST,
        PUT,
        PATCH,
        DELETE;

        /** Whether it changes nothing (RFC 9110 section 9.2.1). */
        public boolean isSafe() {
            return this == GET;
        }
    }

    public enum HeaderClass {
        /** Pages of the allowed origins may read the answer. */
        CORS,
        /** Such pages may send cookies with the request. */
        CREDENTIALS,
        /** No cache may keep the answer. */
        NO_STORE
    }

    public enum Unchecked {
        QUERY,
        BODY
    }

    /** One parameter of an operation. A parameter in the path is always required. */
    public record Parameter(String name, In in, boolean required, InputSchema schema) {
        /** The part of a request that holds a parameter. */
        public enum In {
            PATH,
            QUERY,
            HEADER
        }
    }

    /**
     * A JSON object of at most so many bytes.
     *
     * @param required if not, an empty body means the empty object
     */
    public record Body(InputSchema schema, int maxBytes, boolean required) {
        /** Whether it is read only once its sender is admitted, since it may take more memory than any client's. */
        public boolean isLarge() {
            return maxBytes > ContractReader.MAX_BODY_BYTES;
        }
    }

    /**
     * A file for browsers. It is no call, so the contract does not name it.
     *
     * @throws IllegalArgumentException for a path that no router serves
     */
    public static Operation ofPage(Listener listener, String path) {
        PathTemplate exact = PathTemplate.parse(path)
                .filter(each -> each.names().isEmpty())
                .orElseThrow(() -> new IllegalArgumentException("a page can't have the path " + path));
        return new Operation(
                "getPage",
                listener,
                Method.GET,
                exact,
                List.of(),
                Optional.empty(),
                Set.of(),
                Set.of(Unchecked.QUERY, Unchecked.BODY),
                false,
                Optional.empty());
    }

    public List<Parameter> parameters(Parameter.In in) {
        return parameters.stream().filter(each -> each.in() == in).toList();
    }
}
