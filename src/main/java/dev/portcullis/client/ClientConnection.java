package dev.portcullis.client;

import io.vertx.core.http.ClientWebSocket;
import java.util.Optional;

/** One connection attempt and, if it succeeds, one socket. Reports each text frame and, exactly once, its end. */
final class ClientConnection {
    private static final short NORMAL = 1000;

    private final ClientWebSocket socket;
    private final Owner owner;
    private Optional<Disconnect> requested = Optional.empty();
    private boolean open;
    private boolean ended;

    /** The listener. All calls come on the context that dialled. */
    interface Owner {
        void onConnected();

        void onText(String text);

        /** Any frame arrived, even a ping, so the server is alive. */
        void onActivity();

        void onDisconnect(Disconnect disconnect);
    }

    private ClientConnection(ClientWebSocket socket, Owner owner) {
        this.socket = socket;
        this.owner = owner;
    }

    /** @param token the token for the handshake; if empty, an {@code auth} frame has to follow */
    static ClientConnection dial(Dialer dialer, Optional<String> token, Owner owner) {
        ClientConnection connection = new ClientConnection(dialer.socket(), owner);
        connection.listen();
        dialer.dial(connection.socket, token)
                .onComplete(any -> connection.connected(), cause -> connection.end(Dialer.explain(cause)));
        return connection;
    }

    void write(String text) {
        socket.writeTextMessage(text).onFailure(failure -> end(closed()));
    }

    /** Abandons the connection. The owner gets this disconnect, whatever the server answers to the close. */
    void giveUp(Disconnect disconnect) {
        requested = requested.or(() -> Optional.of(disconnect));
        if (open) {
            socket.close(NORMAL).onComplete(done -> end(disconnect));
        } else {
            end(disconnect); // a socket can't be closed before it is connected
        }
    }

    private void connected() {
        open = true;
        requested.ifPresentOrElse(disconnect -> socket.close(NORMAL), owner::onConnected);
    }

    private void listen() {
        socket.textMessageHandler(text -> {
            if (!ended && requested.isEmpty()) {
                owner.onText(text);
            }
        });
        socket.frameHandler(frame -> owner.onActivity());
        socket.exceptionHandler(failure -> end(Disconnect.closed(Disconnect.ABRUPT, "connection failed")));
        socket.closeHandler(any -> end(closed()));
    }

    /**
     * The server's close code and reason, if it sent them. A socket refuses writes from its close frame on, some time
     * before it is closed.
     */
    private Disconnect closed() {
        return Disconnect.closed(
                Optional.ofNullable(socket.closeStatusCode())
                        .map(Short::intValue)
                        .orElse(Disconnect.ABRUPT),
                Optional.ofNullable(socket.closeReason()).orElse(""));
    }

    private void end(Disconnect disconnect) {
        if (!ended) {
            ended = true;
            owner.onDisconnect(requested.orElse(disconnect));
        }
    }
}
