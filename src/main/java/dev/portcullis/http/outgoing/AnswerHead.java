package dev.portcullis.http.outgoing;

import dev.portcullis.http.outgoing.OutgoingAnswer.Why;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The status and headers of an answer. */
record AnswerHead(HttpMethod method, int status, MultiMap headers) {
    /** A header of each request, which the answer may repeat: HTTP/1.1 does not say which request an answer belongs to. */
    static final CharSequence NONCE = HttpHeaders.createOptimized("Portcullis-Request");

    private static final int LAST_STATUS = 599;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    /** Why the answer can't be used, whatever its body is. */
    Optional<Why> refusal() {
        if (status < 200 || status > LAST_STATUS) {
            return Optional.of(Why.BROKEN_ANSWER);
        }
        if (status >= 300 && status < 400 && status != NOT_MODIFIED) {
            return Optional.of(Why.REDIRECTED);
        }
        return Optional.empty();
    }

    /** Why the body is not read. */
    Optional<Why> refusalOfBody(int longest) {
        if (hasNoBody()) {
            return Optional.empty();
        }
        if (!hasOwnEnd()) {
            return Optional.of(Why.BROKEN_ANSWER);
        }
        String length = headers.get(HttpHeaders.CONTENT_LENGTH); // a number, else the decoder refuses the answer
        return length == null || Long.parseLong(length.trim()) <= longest
                ? Optional.empty()
                : Optional.of(Why.TOO_LARGE);
    }

    boolean hasNonce() {
        return headers.contains(NONCE);
    }

    /**
     * Whether it answers this request, and no other (CWE-444).
     *
     * @param proven whether it has to say so, since answers to other requests may come on the same connection
     */
    boolean isOf(String nonce, boolean proven) {
        List<String> named = headers.getAll(NONCE);
        return named.isEmpty() ? !proven : named.equals(List.of(nonce));
    }

    /** Whether another request may follow on the connection (RFC 9112, section 9.3). Vert.x closes those of HTTP/1.0. */
    boolean keepsConnection() {
        return headers.getAll(HttpHeaders.CONNECTION).stream()
                .flatMap(line -> Stream.of(line.split(",", -1)))
                .noneMatch(option -> option.strip().equalsIgnoreCase("close"));
    }

    /** RFC 9112, section 6.3. */
    private boolean hasNoBody() {
        return method.equals(HttpMethod.HEAD) || status == NO_CONTENT || status == NOT_MODIFIED;
    }

    /**
     * A body that only the end of the connection ends can be cut by an attacker on the way, also under TLS, and looks
     * whole (RFC 9112, section 9.8).
     */
    private boolean hasOwnEnd() {
        List<String> codings = headers.getAll(HttpHeaders.TRANSFER_ENCODING);
        return codings.isEmpty()
                ? headers.contains(HttpHeaders.CONTENT_LENGTH)
                : codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked");
    }
}
