package dev.portcullis.client;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An invitation to a room that is open for the user.
 *
 * @param name of the room, safe as HTML
 * @param role the role that the user would have: {@code member}, {@code moderator} or {@code owner}
 * @param byUserId the inviter; empty for the application's server
 * @param invitedAt in milliseconds
 */
public record RoomInvitation(String roomId, String name, String role, Optional<String> byUserId, long invitedAt) {

    /** Leaves out what is no invitation. */
    static List<RoomInvitation> all(JsonObject answer) {
        List<RoomInvitation> all = new ArrayList<>();
        if (answer.getValue("invitations") instanceof JsonArray listed) {
            for (Object each : listed) {
                if (each instanceof JsonObject invitation) {
                    of(invitation).ifPresent(all::add);
                }
            }
        }
        return List.copyOf(all);
    }

    private static Optional<RoomInvitation> of(JsonObject row) {
        return row.getValue("roomId") instanceof String room
                        && row.getValue("name") instanceof String name
                        && row.getValue("role") instanceof String role
                        && row.getValue("invitedAt") instanceof Number at
                ? Optional.of(new RoomInvitation(
                        room,
                        name,
                        role,
                        Optional.ofNullable(row.getValue("byUserId"))
                                .filter(String.class::isInstance)
                                .map(String.class::cast),
                        at.longValue()))
                : Optional.empty();
    }
}
