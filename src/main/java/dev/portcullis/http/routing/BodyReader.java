package dev.portcullis.http.routing;

import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.contract.Operation.Body;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Reads the body of a request whole, within a size and a time. Vert.x has neither: a client that sends a byte now and
 * then would hold its request for ever (CWE-400).
 */
public final class BodyReader {
    private static final Pattern JSON = Pattern.compile(
            "application/json(?:[ \\t]*;[ \\t]*charset=(?:utf-8|\"utf-8\"))?", Pattern.CASE_INSENSITIVE);
    private static final String CHUNKED = "chunked";
    private static final int INITIAL_BYTES = 1_024;

    /** Vert.x numbers its timers from 0. */
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final BodyLimiter limiter;
    private final ClientAddress proxies;
    private final long deadlineMs;

    /** @param deadlineMs time from the head of a request to the end of its body */
    public BodyReader(Vertx vertx, BodyLimiter limiter, ClientAddress proxies, long deadlineMs) {
        this.vertx = vertx;
        this.limiter = limiter;
        this.proxies = proxies;
        this.deadlineMs = deadlineMs;
    }

    /**
     * A body that is complete. It counts for its payer and in the node's memory until it is released.
     *
     * @param bytes not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    public record Received(byte[] bytes, Runnable release) {}

    /** Whether a request announces a body (RFC 9112 section 6). */
    public static boolean isAnnounced(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                || request.headers().getAll(HttpHeaders.CONTENT_LENGTH).stream().anyMatch(each -> !each.equals("0"));
    }

    /** Whether the bytes on the way are not those of the body itself (RFC 9110 section 8.4, RFC 9112 section 6.1). */
    static boolean isEncoded(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.CONTENT_ENCODING)
                || request.headers().getAll(HttpHeaders.TRANSFER_ENCODING).stream()
                        .anyMatch(each -> !each.equalsIgnoreCase(CHUNKED));
    }

    /**
     * Whether a request that may have no body declares one of another type. Pages of any site can send such a request without
     * asking (CWE-352).
     */
    static boolean isOfOtherType(HttpServerRequest request) {
        List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
        return !types.isEmpty() && !areJson(types);
    }

    private static boolean areJson(List<String> types) {
        return types.size() == 1 && JSON.matcher(types.get(0)).matches();
    }

    /** Judges what the head of a request says of its body. */
    static Optional<HttpRefusal> judge(HttpServerRequest request, Body body) {
        List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
        if (!body.required() && types.isEmpty() && !isAnnounced(request)) {
            return Optional.empty();
        }
        if (!areJson(types) || isEncoded(request)) {
            return Optional.of(HttpRefusal.UNSUPPORTED_MEDIA_TYPE);
        }
        return announced(request, body.maxBytes()) > body.maxBytes()
                ? Optional.of(HttpRefusal.MESSAGE_TOO_LARGE)
                : Optional.empty();
    }

    /**
     * Call it before the handler of the request returns: bytes that come before would be lost. If the client closes its
     * connection, neither consumer is called.
     *
     * @param maxBytes the limit, which need not be checked yet against the length that the head announces
     * @param payer the user for whom it counts; its address where there is none. A user's body is not refused for unfinished
     *     bodies of others behind the same address
     */
    public void read(
            HttpServerRequest request,
            int maxBytes,
            Optional<String> payer,
            Consumer<Received> received,
            Consumer<HttpRefusal> refused) {
        if (isEncoded(request)) {
            refused.accept(HttpRefusal.UNSUPPORTED_MEDIA_TYPE);
            return;
        }
        long announced = announced(request, maxBytes);
        if (announced > maxBytes) {
            refused.accept(HttpRefusal.MESSAGE_TOO_LARGE);
            return;
        }
        new PendingBody(request, (int) announced, payer, received, refused).begin();
    }

    /** The length that the head announces, as the decoder has checked it; of chunks, the most that is read. */
    private static long announced(HttpServerRequest request, int maxBytes) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null
                    ? request.headers().contains(HttpHeaders.TRANSFER_ENCODING) ? maxBytes : 0
                    : Long.parseLong(length);
        } catch (NumberFormatException tooLong) {
            return Long.MAX_VALUE;
        }
    }

    /** One body on its way. It ends once: complete, refused, or with its connection. */
    private final class PendingBody {
        private final Context context = vertx.getOrCreateContext();
        private final HttpServerRequest request;
        private final int max;
        private final Consumer<Received> received;
        private final Consumer<HttpRefusal> refused;
        private final BodyLimiter.Place place;
        private byte[] bytes = {};
        private int size;
        private long timer = NO_TIMER;
        private boolean ended;

        PendingBody(
                HttpServerRequest request,
                int max,
                Optional<String> payer,
                Consumer<Received> received,
                Consumer<HttpRefusal> refused) {
            this.request = request;
            this.max = max;
            this.received = received;
            this.refused = refused;
            this.place = limiter.place(payer, proxies.keysOf(request), this::giveWay);
        }

        void begin() {
            place.take().ifPresentOrElse(this::refuseForNow, this::receive);
        }

        private void receive() {
            timer = vertx.setTimer(deadlineMs, any -> refuse(HttpRefusal.REQUEST_TIMEOUT));
            request.handler(this::append)
                    .exceptionHandler(closed -> end(place::release))
                    .endHandler(any -> complete());
            if (Expectation.isContinue(request)) {
                var unused = request.response().writeContinue();
            }
        }

        /** Ends the body. Any thread may call it. */
        private void giveWay(HttpRefusal why) {
            context.runOnContext(any -> refuseForNow(why));
        }

        private void refuseForNow(HttpRefusal why) {
            if (!ended) {
                request.response().putHeader("Retry-After", "1");
                refuse(why);
            }
        }

        private void append(Buffer chunk) {
            int length = chunk.length();
            if (ended) {
                return;
            }
            if (length > max - size) {
                refuse(HttpRefusal.MESSAGE_TOO_LARGE);
                return;
            }
            if (length > bytes.length - size && !grow(size + length)) {
                return;
            }
            chunk.getBytes(bytes, size);
            size += length;
        }

        private boolean grow(int needed) {
            int capacity = Math.min(max, Math.max(needed, Math.max(INITIAL_BYTES, 2 * bytes.length)));
            Optional<HttpRefusal> refusal = place.grow(capacity - bytes.length);
            refusal.ifPresentOrElse(this::refuseForNow, () -> bytes = Arrays.copyOf(bytes, capacity));
            return refusal.isEmpty();
        }

        private void complete() {
            if (!ended) {
                place.arrive()
                        .ifPresentOrElse(
                                this::refuseForNow,
                                () -> end(() -> received.accept(new Received(whole(), place::release))));
            }
        }

        private byte[] whole() {
            return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }

        private void refuse(HttpRefusal why) {
            end(() -> {
                bytes = new byte[0];
                place.release();
                refused.accept(why);
            });
        }

        private void end(Runnable then) {
            if (!ended) {
                ended = true;
                vertx.cancelTimer(timer);
                then.run();
            }
        }
    }
}
