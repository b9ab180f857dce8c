package dev.portcullis.client;

import io.vertx.core.http.ClientWebSocket;
import java.util.Optional;

/** One attempt and, if it succeeds, one socket. Tells what it hears and, exactly once, its end. */
final class ClientConnection {
    private static final short NORMAL = 1000;

    private final ClientWebSocket socket;
    private final Owner owner;
    private Optional<Disconnect> given = Optional.empty();
    private boolean up;
    private boolean over;

    /** Who is told. All calls come on the context that dialled. */
    interface Owner {
        void heard(String text);

        /** Some frame came, be it a ping: the server lives. */
        void alive();

        void cut(Disconnect disconnect);
    }

    private ClientConnection(ClientWebSocket socket, Owner owner) {
        this.socket = socket;
        this.owner = owner;
    }

    static ClientConnection dial(Dialer dialer, String token, Owner owner) {
        ClientConnection connection = new ClientConnection(dialer.socket(), owner);
        connection.listen();
        dialer.dial(connection.socket, token)
                .onComplete(any -> connection.connected(), cause -> connection.end(Dialer.explain(cause)));
        return connection;
    }

    void write(String text) {
        socket.writeTextMessage(text).onFailure(gone -> end(closed()));
    }

    /** Gives the connection up; the owner is told this cut, whatever the server answers to the close. */
    void giveUp(Disconnect disconnect) {
        given = given.or(() -> Optional.of(disconnect));
        if (up) {
            socket.close(NORMAL).onComplete(done -> end(disconnect));
        } else {
            end(disconnect); // a socket can't be closed before it is one
        }
    }

    private void connected() {
        up = true;
        given.ifPresent(disconnect -> socket.close(NORMAL));
    }

    private void listen() {
        socket.textMessageHandler(text -> {
            if (!over && given.isEmpty()) {
                owner.heard(text);
            }
        });
        socket.frameHandler(frame -> owner.alive());
        socket.exceptionHandler(broken -> end(Disconnect.closed(Disconnect.ABRUPT, "connection broken")));
        socket.closeHandler(any -> end(closed()));
    }

    /** As the server said, if it did: a socket takes no more from its close frame on, a while before it is closed. */
    private Disconnect closed() {
        return Disconnect.closed(
                Optional.ofNullable(socket.closeStatusCode())
                        .map(Short::intValue)
                        .orElse(Disconnect.ABRUPT),
                Optional.ofNullable(socket.closeReason()).orElse(""));
    }

    private void end(Disconnect disconnect) {
        if (!over) {
            over = true;
            owner.cut(given.orElse(disconnect));
        }
    }
}
