package dev.portcullis.http.outgoing;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.RequestOptions;
import java.net.InetAddress;

/** A connection to a judged address. It serves one call at a time, of one event loop. */
final class OutgoingConnection {
    private final HttpClientConnection http;
    private final Peer peer;
    private final long madeAt;
    private long keptAt;
    private boolean kept;
    private boolean ended;

    /**
     * The peer of a connection. Its certificate was checked for the host, so the connection can't be used for another host at
     * the same address.
     *
     * @param loop the thread of the event loop
     */
    record Peer(Thread loop, boolean secure, String host, int port, InetAddress address) {
        /** Call it on the event loop that calls. */
        static Peer of(OutgoingUrl url, InetAddress address) {
            return new Peer(Thread.currentThread(), url.secure(), url.host(), url.port(), address);
        }
    }

    OutgoingConnection(HttpClientConnection http, Peer peer, long madeAt) {
        this.http = http;
        this.peer = peer;
        this.madeAt = madeAt;
    }

    Peer peer() {
        return peer;
    }

    /** Whether it has served a call before. */
    boolean wasKept() {
        return kept;
    }

    void kept(long now) {
        kept = true;
        keptAt = now;
    }

    void ended() {
        ended = true;
    }

    boolean isEnded() {
        return ended;
    }

    long keptSince(long now) {
        return now - keptAt;
    }

    long age(long now) {
        return now - madeAt;
    }

    Future<HttpClientRequest> request(RequestOptions options) {
        return http.request(options);
    }

    void close() {
        var unused = http.close();
    }
}
