package dev.portcullis.inventory;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * A room, a user or a connection, with what is held for it: on one event loop, or on several together.
 *
 * @param key the id of the room, the user or the session
 * @param connections those that have joined the room; those of the user; 1 for a connection
 * @param rooms joined by these connections, each counted for every connection; 0 for a room
 * @param waitingBytes that wait to be written to these connections; 0 for a room
 * @param connectedAt of the oldest connection, in milliseconds; 0 for a room
 * @param connection only of a connection
 */
public record InventoryRow(
        String key,
        long connections,
        long rooms,
        long waitingBytes,
        long connectedAt,
        Optional<ConnectionFacts> connection) {

    /**
     * What only a connection has.
     *
     * @param ip the address of its client, as the audit shows it
     * @param transport such as {@code websocket}
     * @param activeAt when the client sent its last frame, in milliseconds
     */
    public record ConnectionFacts(UserId user, Role role, String node, String ip, String transport, long activeAt) {}

    public static InventoryRow ofRoom(String room, long connections) {
        return new InventoryRow(room, connections, 0, 0, 0, Optional.empty());
    }

    /** This connection as a part of its user's row. */
    public InventoryRow ofUser() {
        return connection
                .map(facts -> new InventoryRow(
                        facts.user().value(), connections, rooms, waitingBytes, connectedAt, Optional.empty()))
                .orElse(this);
    }

    /** The row of both together, where they are of the same key. */
    public InventoryRow plus(InventoryRow other) {
        return new InventoryRow(
                key,
                connections + other.connections,
                rooms + other.rooms,
                waitingBytes + other.waitingBytes,
                Math.min(connectedAt, other.connectedAt),
                connection);
    }
}
