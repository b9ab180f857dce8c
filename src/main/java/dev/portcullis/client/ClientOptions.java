package dev.portcullis.client;

import dev.portcullis.client.pace.Backoff;
import dev.portcullis.client.pace.ElapsedTime;
import io.vertx.core.Future;
import io.vertx.core.http.WebSocketClientOptions;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The options of a client.
 *
 * @param servers nodes of one server; after a disconnect or a failed attempt the next one is tried. Without TLS only
 *     those of this machine
 * @param token called before each attempt; a source that makes or fetches a new token survives the expiry of the old
 *     one
 * @param rooms joined as soon as the connection is open
 * @param origin sent if present; a native client has none
 * @param maxPending how many frames may wait for an answer
 * @param answerMs after this long without an answer a frame counts as unanswered
 * @param paced whether frames wait so that they stay within the server's limits; otherwise its refusals are answers
 * @param acksInbox whether a direct message counts as safe once the listener had it
 * @param transport TLS trust and the like; its bounds on frames are set by the client, and certificates are verified
 *     whatever it says
 * @param millis the time that passed, that of a sleeping machine included
 * @param tail how many of its newest entries each join brings where nothing is resumed, 0 to 50
 */
public record ClientOptions(
        List<ServerAddress> servers,
        Supplier<Future<String>> token,
        List<String> rooms,
        Optional<String> origin,
        Backoff.Bounds backoff,
        int maxPending,
        long answerMs,
        boolean paced,
        boolean acksInbox,
        WebSocketClientOptions transport,
        LongSupplier millis,
        int tail) {

    /** The most entries that a join brings. */
    static final int MAX_TAIL = 50;

    private static final int MAX_PENDING = 1_000;
    private static final long ANSWER_MS = 10_000;

    public ClientOptions {
        servers = List.copyOf(servers);
        rooms = List.copyOf(rooms);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("a client needs an address");
        }
        if (!servers.stream().allMatch(server -> server.tls() || server.isLocal())) {
            throw new IllegalArgumentException(
                    "ws:// sends the token readable for all on the way: use wss:// (only localhost needs no TLS)");
        }
        if (maxPending < 1 || answerMs < 1) {
            throw new IllegalArgumentException("maxPending and answerMs must be at least 1");
        }
        if (tail < 0 || tail > MAX_TAIL) {
            throw new IllegalArgumentException("tail goes from 0 to " + MAX_TAIL);
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
                true,
                true,
                new WebSocketClientOptions(),
                new ElapsedTime(),
                0);
    }

    public static ClientOptions to(String url, Supplier<Future<String>> token) {
        return to(List.of(url), token);
    }

    public static ClientOptions to(String url, String token) {
        return to(url, () -> Future.succeededFuture(token));
    }

    public ClientOptions withRooms(String... names) {
        return with(List.of(names), origin, backoff, maxPending, answerMs, paced, acksInbox, transport, millis, tail);
    }

    public ClientOptions withOrigin(Optional<String> value) {
        return with(rooms, value, backoff, maxPending, answerMs, paced, acksInbox, transport, millis, tail);
    }

    public ClientOptions withBackoff(long firstMs, long lastMs) {
        Backoff.Bounds bounds = new Backoff.Bounds(firstMs, lastMs);
        return with(rooms, origin, bounds, maxPending, answerMs, paced, acksInbox, transport, millis, tail);
    }

    public ClientOptions withMaxPending(int most) {
        return with(rooms, origin, backoff, most, answerMs, paced, acksInbox, transport, millis, tail);
    }

    public ClientOptions withAnswerMs(long value) {
        return with(rooms, origin, backoff, maxPending, value, paced, acksInbox, transport, millis, tail);
    }

    public ClientOptions withPacing(boolean value) {
        return with(rooms, origin, backoff, maxPending, answerMs, value, acksInbox, transport, millis, tail);
    }

    public ClientOptions withInboxAcks(boolean value) {
        return with(rooms, origin, backoff, maxPending, answerMs, paced, value, transport, millis, tail);
    }

    public ClientOptions withTransport(WebSocketClientOptions value) {
        return with(rooms, origin, backoff, maxPending, answerMs, paced, acksInbox, value, millis, tail);
    }

    public ClientOptions withMillis(LongSupplier value) {
        return with(rooms, origin, backoff, maxPending, answerMs, paced, acksInbox, transport, value, tail);
    }

    public ClientOptions withTail(int entries) {
        return with(rooms, origin, backoff, maxPending, answerMs, paced, acksInbox, transport, millis, entries);
    }

    private ClientOptions with(
            List<String> ofRooms,
            Optional<String> ofOrigin,
            Backoff.Bounds bounds,
            int most,
            long ofAnswer,
            boolean isPaced,
            boolean acks,
            WebSocketClientOptions ofTransport,
            LongSupplier time,
            int entries) {
        return new ClientOptions(
                servers, token, ofRooms, ofOrigin, bounds, most, ofAnswer, isPaced, acks, ofTransport, time, entries);
    }
}
