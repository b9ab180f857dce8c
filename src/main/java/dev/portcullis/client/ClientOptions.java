package dev.portcullis.client;

import io.vertx.core.Future;
import io.vertx.core.http.WebSocketClientOptions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The options of a client.
 *
 * @param servers nodes of one server; after a disconnect or a failed attempt the next one is tried
 * @param token called before each attempt; a source that makes or fetches a new token survives the expiry of the old
 *     one
 * @param rooms joined as soon as the connection is open
 * @param origin sent if present; a native client has none
 * @param maxPending how many frames may wait for an answer
 * @param answerMs after this long without an answer a frame counts as unanswered
 * @param transport TLS trust and the like; its bounds on frames are set by the client
 */
public record ClientOptions(
        List<ServerAddress> servers,
        Supplier<Future<String>> token,
        List<String> rooms,
        Optional<String> origin,
        Backoff.Bounds backoff,
        int maxPending,
        long answerMs,
        WebSocketClientOptions transport,
        LongSupplier millis) {

    private static final int MAX_PENDING = 1_000;
    private static final long ANSWER_MS = 10_000;

    public ClientOptions {
        servers = List.copyOf(servers);
        rooms = List.copyOf(rooms);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("a client needs an address");
        }
        if (maxPending < 1 || answerMs < 1) {
            throw new IllegalArgumentException("maxPending and answerMs must be at least 1");
        }
    }

    public static ClientOptions to(List<String> urls, Supplier<Future<String>> token) {
        return new ClientOptions(
                urls.stream().map(ServerAddress::of).toList(),
                token,
                List.of(),
                Optional.empty(),
                Backoff.Bounds.DEFAULT,
                MAX_PENDING,
                ANSWER_MS,
                new WebSocketClientOptions(),
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }

    public static ClientOptions to(String url, Supplier<Future<String>> token) {
        return to(List.of(url), token);
    }

    public static ClientOptions to(String url, String token) {
        return to(url, () -> Future.succeededFuture(token));
    }

    public ClientOptions withRooms(String... names) {
        return new ClientOptions(
                servers, token, List.of(names), origin, backoff, maxPending, answerMs, transport, millis);
    }

    public ClientOptions withOrigin(Optional<String> value) {
        return new ClientOptions(servers, token, rooms, value, backoff, maxPending, answerMs, transport, millis);
    }

    public ClientOptions withBackoff(long firstMs, long lastMs) {
        Backoff.Bounds bounds = new Backoff.Bounds(firstMs, lastMs);
        return new ClientOptions(servers, token, rooms, origin, bounds, maxPending, answerMs, transport, millis);
    }

    public ClientOptions withMaxPending(int most) {
        return new ClientOptions(servers, token, rooms, origin, backoff, most, answerMs, transport, millis);
    }

    public ClientOptions withTransport(WebSocketClientOptions value) {
        return new ClientOptions(servers, token, rooms, origin, backoff, maxPending, answerMs, value, millis);
    }

    public ClientOptions withAnswerMs(long value) {
        return new ClientOptions(servers, token, rooms, origin, backoff, maxPending, value, transport, millis);
    }
}
