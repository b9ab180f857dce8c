package dev.portcullis.edge.socket;

import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.edge.transport.LoadShedder;
import io.vertx.core.http.ServerWebSocket;
import java.util.Optional;

/** Makes the sockets of one event loop. */
public record ChatSocketFactory(
        FlushCoalescer flushCoalescer,
        SocketConfig config,
        LoadShedder shedder,
        Optional<MessageCompression> compression) {
    /**
     * Opens the transport of a socket. Call it in the first callback of the upgrade. Fails for a socket of another event loop.
     *
     * @param compressed whether the handshake has agreed on compression
     */
    public ClientTransport.Opener of(ServerWebSocket webSocket, boolean compressed) {
        return listener -> {
            if (!flushCoalescer.serves(webSocket)) {
                throw new IllegalStateException("the listener is bound to another event loop");
            }
            return new ChatSocket(
                    webSocket, flushCoalescer, config, shedder, compression.filter(any -> compressed), listener);
        };
    }
}
