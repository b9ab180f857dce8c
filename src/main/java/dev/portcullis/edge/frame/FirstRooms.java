package dev.portcullis.edge.frame;

import dev.portcullis.edge.connection.Connection;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.rooms.RoomAuthorizer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first rooms of a connection's first {@code join}, with which most clients come back. Their permissions are asked for while the
 * frame is being admitted: with Redis both are then one call. A later {@code join} must be admitted first, so a client that is
 * over its limits costs no more than the refusal.
 */
final class FirstRooms {
    private final RoomAuthorizer rooms;
    private final List<ClientFrame.RoomJoin> requests;
    private @Nullable AskedPermissions asked;

    FirstRooms(RoomAuthorizer rooms, List<ClientFrame.RoomJoin> requests) {
        this.rooms = rooms;
        this.requests = requests;
    }

    void ask(Connection from) {
        if (from.subscriptions().begin()) {
            asked = AskedPermissions.ask(rooms, from, requests);
        }
    }

    /** Empty for a later join. */
    Optional<AskedPermissions> asked() {
        return Optional.ofNullable(asked);
    }
}
