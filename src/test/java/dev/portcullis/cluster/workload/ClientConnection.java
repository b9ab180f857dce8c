package dev.portcullis.cluster.workload;

import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** One attempt to connect and, if it succeeds, one connection. The listener gets its end once, and nothing later. */
final class ClientConnection {
    /** Replaces the close code where the client gives up or can't connect. */
    static final int ABRUPT = 1006;

    private static final long HANDSHAKE_MS = 3_000;

    private final Listener listener;
    private Optional<WebSocket> socket = Optional.empty();
    private boolean ended;

    /** Notified of frames and of the end. */
    interface Listener {
        void onFrame(JsonObject frame);

        void onClosed(int code);
    }

    private ClientConnection(Listener listener) {
        this.listener = listener;
    }

    static ClientConnection dial(WebSocketClient client, URI uri, String token, Listener listener) {
        ClientConnection connection = new ClientConnection(listener);
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(uri.getHost())
                .setPort(uri.getPort())
                .setURI(uri.getRawPath())
                .setTimeout(HANDSHAKE_MS)
                .setAllowOriginHeader(false)
                .setSubProtocols(List.of("portcullis.v1", "bearer." + token));
        client.connect(options).onComplete(connection::connected, refused -> connection.end(ABRUPT));
        return connection;
    }

    private void connected(WebSocket open) {
        socket = Optional.of(open);
        if (ended) {
            open.close();
            return;
        }
        open.textMessageHandler(text -> {
            if (!ended) {
                listener.onFrame(new JsonObject(text));
            }
        });
        open.exceptionHandler(broken -> end(ABRUPT));
        open.closeHandler(any -> end(
                Optional.ofNullable(open.closeStatusCode()).map(Short::intValue).orElse(ABRUPT)));
    }

    void send(JsonObject frame) {
        socket.ifPresent(open -> open.writeTextMessage(frame.encode()).onFailure(gone -> end(ABRUPT)));
    }

    /** Closes without waiting for the server. */
    void drop() {
        end(ABRUPT);
        socket.ifPresent(WebSocket::close);
    }

    private void end(int code) {
        if (!ended) {
            ended = true;
            listener.onClosed(code);
        }
    }
}
