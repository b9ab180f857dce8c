package dev.portcullis.client;

import io.vertx.core.Future;
import io.vertx.core.http.WebSocketClientOptions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a client needs to know.
 *
 * @param servers nodes of one server; after a cut or a failed attempt the next one is tried
 * @param token asked before each attempt; one that mints or fetches a new token outlives the old one's end
 * @param rooms joined as soon as the connection is open
 * @param origin sent when a server asks for one; a native client has none
 * @param outgoing how many frames may wait for an answer
 * @param answerMs after this long without an answer a frame counts as unanswered
 * @param transport TLS trust and the like; its bounds on frames are set by the client
 */
public record ClientOptions(
        List<ServerAddress> servers,
        Supplier<Future<String>> token,
        List<String> rooms,
        Optional<String> origin,
        Backoff.Bounds backoff,
        int outgoing,
        long answerMs,
        WebSocketClientOptions transport,
        LongSupplier millis) {

    private static final int OUTGOING = 1_000;
    private static final long ANSWER_MS = 10_000;

    public ClientOptions {
        servers = List.copyOf(servers);
        rooms = List.copyOf(rooms);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("a client needs an address");
        }
        if (outgoing < 1 || answerMs < 1) {
            throw new IllegalArgumentException("a client needs room for a frame and time for an answer");
        }
    }

    public static ClientOptions to(List<String> urls, Supplier<Future<String>> token) {
        return new ClientOptions(
                urls.stream().map(ServerAddress::of).toList(),
                token,
                List.of(),
                Optional.empty(),
                Backoff.Bounds.DEFAULT,
                OUTGOING,
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
                servers, token, List.of(names), origin, backoff, outgoing, answerMs, transport, millis);
    }

    public ClientOptions withOrigin(Optional<String> value) {
        return new ClientOptions(servers, token, rooms, value, backoff, outgoing, answerMs, transport, millis);
    }

    public ClientOptions withBackoff(long firstMs, long lastMs) {
        Backoff.Bounds bounds = new Backoff.Bounds(firstMs, lastMs);
        return new ClientOptions(servers, token, rooms, origin, bounds, outgoing, answerMs, transport, millis);
    }

    public ClientOptions withOutgoing(int most) {
        return new ClientOptions(servers, token, rooms, origin, backoff, most, answerMs, transport, millis);
    }

    public ClientOptions withTransport(WebSocketClientOptions value) {
        return new ClientOptions(servers, token, rooms, origin, backoff, outgoing, answerMs, value, millis);
    }

    public ClientOptions withAnswerMs(long value) {
        return new ClientOptions(servers, token, rooms, origin, backoff, outgoing, value, transport, millis);
    }
}
