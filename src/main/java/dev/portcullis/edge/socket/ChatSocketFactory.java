package dev.portcullis.edge.socket;

import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.edge.transport.LoadShedder;
import io.vertx.core.http.ServerWebSocket;

/** Makes the sockets of one event loop. */
public record ChatSocketFactory(FlushCoalescer flushCoalescer, SocketConfig config, LoadShedder shedder) {
    /** To be used in the first callback of the upgrade. */
    public ClientTransport.Opener of(ServerWebSocket webSocket) {
        return listener -> new ChatSocket(webSocket, flushCoalescer, config, shedder, listener);
    }
}
