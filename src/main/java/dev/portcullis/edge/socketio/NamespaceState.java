package dev.portcullis.edge.socketio;

import dev.portcullis.edge.socketio.packet.ConnectError;
import dev.portcullis.edge.socketio.packet.ConnectPayload;
import dev.portcullis.edge.socketio.packet.ServerPackets;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.codec.ServerFrame.ServerDraining;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** How far one client is on its way into the main namespace, and what it is told when that ends. */
final class NamespaceState {
    private Phase phase = Phase.NEW;
    private Optional<ConnectPayload> payload = Optional.empty();
    private Optional<ConnectError> refusal = Optional.empty();
    private Optional<Slot> slot = Optional.empty();

    /** The time slot of a client in a drain, which ends then by {@link System#nanoTime}. */
    private record Slot(long endsAt) {}

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

    /** The payload of the client's connect packet; empty if the client sends something else first. */
    Optional<ConnectPayload> payload() {
        return payload;
    }

    /** The node drains, of which the client can be told only when it is connected. */
    void drains(ServerDraining draining, long now) {
        slot = Optional.of(new Slot(now + TimeUnit.MILLISECONDS.toNanos(draining.reconnectInMs())));
    }

    /** The drain of which the client was not told, with the time that is left. */
    Optional<ServerDraining> draining(long now) {
        return slot.map(each -> new ServerDraining(Math.max(0, TimeUnit.NANOSECONDS.toMillis(each.endsAt - now))));
    }

    /** Sets the error that the client gets when it is closed before it is connected. */
    void refuseWith(ConnectError why) {
        refusal = Optional.of(why);
    }

    /**
     * The last packets for a client. A client that may return is only cut off, and its library connects again. A client that
     * must not is disconnected, after which the library waits for its application.
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
