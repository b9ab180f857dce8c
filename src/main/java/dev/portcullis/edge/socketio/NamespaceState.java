package dev.portcullis.edge.socketio;

import dev.portcullis.edge.socketio.packet.ConnectError;
import dev.portcullis.edge.socketio.packet.ConnectPayload;
import dev.portcullis.edge.socketio.packet.ServerPackets;
import dev.portcullis.protocol.CloseCode;
import java.util.List;
import java.util.Optional;

/** How far one client is on its way into the main namespace, and what it is told when that ends. */
final class NamespaceState {
    private Phase phase = Phase.NEW;
    private Optional<ConnectPayload> payload = Optional.empty();
    private Optional<ConnectError> refusal = Optional.empty();

    private enum Phase {
        /** The client has not asked for the namespace. */
        NEW,
        CONNECTING,
        CONNECTED
    }

    boolean isNew() {
        return phase == Phase.NEW;
    }

    boolean isConnected() {
        return phase == Phase.CONNECTED;
    }

    void asked(ConnectPayload with) {
        phase = Phase.CONNECTING;
        payload = Optional.of(with);
    }

    /** @return whether the client had asked for it */
    boolean connect() {
        boolean asked = phase == Phase.CONNECTING;
        if (asked) {
            phase = Phase.CONNECTED;
        }
        return asked;
    }

    /** What the client connects with; empty if it sends something else first. */
    Optional<ConnectPayload> payload() {
        return payload;
    }

    /** What the client is told when it is closed before it is connected. */
    void refuseWith(ConnectError why) {
        refusal = Optional.of(why);
    }

    /**
     * A client that may return is only cut off, and its library connects again. One that must not is disconnected, after which
     * the library waits for its application.
     */
    List<byte[]> lastPackets(CloseCode code) {
        boolean mayReturn =
                code.retry() == CloseCode.Retry.WITH_BACKOFF || code.retry() == CloseCode.Retry.AFTER_ITS_SLOT;
        return switch (phase) {
            case NEW -> List.of();
            case CONNECTING ->
                refusal.or(() -> mayReturn ? Optional.empty() : Optional.of(ConnectError.AUTH_FAILED))
                        .map(why -> List.of(ServerPackets.connectError(why)))
                        .orElse(List.of());
            case CONNECTED ->
                mayReturn
                        ? List.of(ServerPackets.closing(code))
                        : List.of(ServerPackets.closing(code), ServerPackets.disconnect());
        };
    }
}
