package dev.portcullis.client;

import io.vertx.core.http.ClientWebSocket;
import java.util.Optional;

/** One attempt and, if it succeeds, one socket. Tells what it hears and, exactly once, its end. */
final class Link {
    private static final short NORMAL = 1000;

    private final ClientWebSocket socket;
    private final Owner owner;
    private Optional<Cut> given = Optional.empty();
    private boolean up;
    private boolean over;

    /** Who is told. All calls come on the context that dialled. */
    interface Owner {
        void heard(String text);

        /** Some frame came, be it a ping: the server lives. */
        void alive();

        void cut(Cut cut);
    }

    private Link(ClientWebSocket socket, Owner owner) {
        this.socket = socket;
        this.owner = owner;
    }

    static Link dial(Dialer dialer, String token, Owner owner) {
        Link link = new Link(dialer.socket(), owner);
        link.listen();
        dialer.dial(link.socket, token).onComplete(any -> link.connected(), cause -> link.end(Dialer.explain(cause)));
        return link;
    }

    void write(String text) {
        socket.writeTextMessage(text).onFailure(gone -> end(closed()));
    }

    /** Gives the connection up; the owner is told this cut, whatever the server answers to the close. */
    void giveUp(Cut cut) {
        given = given.or(() -> Optional.of(cut));
        if (up) {
            socket.close(NORMAL).onComplete(done -> end(cut));
        } else {
            end(cut); // a socket can't be closed before it is one
        }
    }

    private void connected() {
        up = true;
        given.ifPresent(cut -> socket.close(NORMAL));
    }

    private void listen() {
        socket.textMessageHandler(text -> {
            if (!over && given.isEmpty()) {
                owner.heard(text);
            }
        });
        socket.frameHandler(frame -> owner.alive());
        socket.exceptionHandler(broken -> end(Cut.closed(Cut.ABRUPT, "connection broken")));
        socket.closeHandler(any -> end(closed()));
    }

    /** As the server said, if it did: a socket takes no more from its close frame on, a while before it is closed. */
    private Cut closed() {
        return Cut.closed(
                Optional.ofNullable(socket.closeStatusCode())
                        .map(Short::intValue)
                        .orElse(Cut.ABRUPT),
                Optional.ofNullable(socket.closeReason()).orElse(""));
    }

    private void end(Cut cut) {
        if (!over) {
            over = true;
            owner.cut(given.orElse(cut));
        }
    }
}
