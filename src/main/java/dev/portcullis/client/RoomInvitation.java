package dev.portcullis.client;

import io.vertx.core.json.JsonObject;
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
        return new ServerMessage("", answer)
                .objects("invitations")
                .flatMap(each -> of(new ServerMessage("", each)).stream())
                .toList();
    }

    private static Optional<RoomInvitation> of(ServerMessage row) {
        return row.roomId()
                .flatMap(room -> row.text("name")
                        .flatMap(name -> row.text("role")
                                .flatMap(role -> row.number("invitedAt")
                                        .map(at -> new RoomInvitation(room, name, role, row.text("byUserId"), at)))));
    }
}
