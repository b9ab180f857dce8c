package dev.portcullis.http.outgoing;

import dev.portcullis.http.outgoing.OutgoingConnection.Peer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Makes connections to judged addresses, and keeps them for a moment for the next call. A call gives one back only if its
 * answer named its request. A connection rests after each answer, and whatever comes meanwhile ends it. Used by all event
 * loops.
 */
final class OutgoingConnections implements AutoCloseable {
    private final Vertx vertx;
    private final HttpClientAgent client;
    private final Keeping keeping;
    private final Map<Peer, Deque<OutgoingConnection>> kept = new HashMap<>();
    private int size;
    private boolean closed;

    /**
     * Bounds of the connections that no call uses.
     *
     * @param most of all peers together
     * @param restMs from an answer to the next request on its connection
     * @param idleMs after this time without a call they are closed; servers should not be the first to do it
     * @param ageMs since the connection was made; then the host's certificate is looked at again
     */
    record Keeping(int most, long restMs, long idleMs, long ageMs) {
        static Keeping of(OutgoingConfig config) {
            return new Keeping(config.inFlight(), 2, 2_000, 30_000);
        }
    }

    OutgoingConnections(Vertx vertx, HttpClientAgent client, Keeping keeping) {
        this.vertx = vertx;
        this.client = client;
        this.keeping = keeping;
    }

    /** Fails with a {@link java.util.concurrent.TimeoutException} if TCP and TLS take longer. */
    Future<OutgoingConnection> connect(OutgoingUrl url, InetAddress address, long withinMs) {
        Peer peer = Peer.of(url, address);
        Future<OutgoingConnection> made = client.connect(new HttpConnectOptions()
                        .setServer(SocketAddress.inetSocketAddress(url.port(), address.getHostAddress()))
                        .setHost(url.host())
                        .setPort(url.port())
                        .setSsl(url.secure()))
                .map(http -> made(http, peer));
        return made.timeout(withinMs, TimeUnit.MILLISECONDS)
                .onFailure(late -> made.onSuccess(OutgoingConnection::close));
    }

    /** A connection to one of these addresses that has rested. */
    synchronized Optional<OutgoingConnection> take(OutgoingUrl url, List<InetAddress> judged) {
        long now = System.nanoTime();
        return judged.stream()
                .map(address -> take(Peer.of(url, address), now))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Its call has ended with a whole answer. */
    synchronized void keep(OutgoingConnection connection) {
        if (closed || connection.isEnded() || size >= keeping.most()) {
            connection.close();
            return;
        }
        connection.kept(System.nanoTime());
        kept.computeIfAbsent(connection.peer(), any -> new ArrayDeque<>()).addLast(connection);
        size++;
    }

    /** Connections that no call uses. */
    synchronized int size() {
        return size;
    }

    @Override
    public synchronized void close() {
        closed = true;
        List<OutgoingConnection> all = new ArrayList<>();
        kept.values().forEach(all::addAll);
        kept.clear();
        size = 0;
        all.forEach(OutgoingConnection::close);
    }

    /** They stand in the order in which they were given back: if the first has not rested, none has. */
    private Optional<OutgoingConnection> take(Peer peer, long now) {
        Deque<OutgoingConnection> waiting = kept.get(peer);
        while (waiting != null && !waiting.isEmpty()) {
            OutgoingConnection first = waiting.getFirst();
            if (first.keptSince(now) < nanos(keeping.restMs())) {
                return Optional.empty();
            }
            remove(first);
            if (!isOver(first, now)) {
                return Optional.of(first);
            }
            first.close();
        }
        return Optional.empty();
    }

    private OutgoingConnection made(HttpClientConnection http, Peer peer) {
        OutgoingConnection connection = new OutgoingConnection(http, peer, System.nanoTime());
        long timer = vertx.setPeriodic(keeping.idleMs(), any -> closeIfOver(connection));
        http.exceptionHandler(any -> {}); // its call learns of it; if it has none, it is closed
        http.closeHandler(any -> {
            vertx.cancelTimer(timer);
            connection.ended();
            remove(connection);
        });
        return connection;
    }

    private void closeIfOver(OutgoingConnection connection) {
        boolean over;
        synchronized (this) {
            over = isOver(connection, System.nanoTime()) && remove(connection);
        }
        if (over) {
            connection.close();
        }
    }

    private boolean isOver(OutgoingConnection connection, long now) {
        return connection.keptSince(now) >= nanos(keeping.idleMs()) || connection.age(now) >= nanos(keeping.ageMs());
    }

    /** Returns false if a call has it. */
    private synchronized boolean remove(OutgoingConnection connection) {
        Deque<OutgoingConnection> waiting = kept.get(connection.peer());
        if (waiting == null || !waiting.remove(connection)) {
            return false;
        }
        size--;
        if (waiting.isEmpty()) {
            kept.remove(connection.peer());
        }
        return true;
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
