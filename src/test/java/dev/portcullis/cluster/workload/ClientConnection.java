package dev.portcullis.cluster.workload;

import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** One attempt to connect and, if it succeeds, one connection. Its end is told once; after that nothing is. */
final class ClientConnection {
    /** What a client that gives up, or can't connect, notes in place of a close code. */
    static final int ABRUPT = 1006;

    private static final long HANDSHAKE_MS = 3_000;

    private final Owner owner;
    private Optional<WebSocket> socket = Optional.empty();
    private boolean over;

    /** Who is told. */
    interface Owner {
        void heard(JsonObject frame);

        void cut(int code);
    }

    private ClientConnection(Owner owner) {
        this.owner = owner;
    }

    static ClientConnection dial(WebSocketClient client, URI uri, String token, Owner owner) {
        ClientConnection connection = new ClientConnection(owner);
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
        if (over) {
            open.close();
            return;
        }
        open.textMessageHandler(text -> {
            if (!over) {
                owner.heard(new JsonObject(text));
            }
        });
        open.exceptionHandler(broken -> end(ABRUPT));
        open.closeHandler(any -> end(
                Optional.ofNullable(open.closeStatusCode()).map(Short::intValue).orElse(ABRUPT)));
    }

    void send(JsonObject frame) {
        socket.ifPresent(open -> open.writeTextMessage(frame.encode()).onFailure(gone -> end(ABRUPT)));
    }

    /** Lets go without waiting for the other side. */
    void drop() {
        end(ABRUPT);
        socket.ifPresent(WebSocket::close);
    }

    private void end(int code) {
        if (!over) {
            over = true;
            owner.cut(code);
        }
    }
}
