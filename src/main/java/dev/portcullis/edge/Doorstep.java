package dev.portcullis.edge;

import io.vertx.core.http.HttpConnection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds the node's TCP connections that are no WebSocket, or not yet: Vert.x has no maximum (CWE-770). One that was
 * upgraded has its place in the {@link Crowd}, and Vert.x no longer tells here when it ends.
 */
public final class Doorstep {
    private final Set<HttpConnection> waiting = ConcurrentHashMap.newKeySet();
    private final int most;

    public Doorstep(CrowdConfig config) {
        this.most = config.sockets();
    }

    void arrived(HttpConnection connection) {
        if (waiting.size() >= most) {
            connection.close();
        } else {
            waiting.add(connection);
            connection.closeHandler(any -> waiting.remove(connection));
        }
    }

    void upgraded(HttpConnection connection) {
        waiting.remove(connection);
    }

    int size() {
        return waiting.size();
    }
}
