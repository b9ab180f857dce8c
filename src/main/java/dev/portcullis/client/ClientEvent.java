package dev.portcullis.client;

import dev.portcullis.protocol.Position;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** The events of a client, in the order in which they happened. */
public sealed interface ClientEvent {
    /** The node at this address has authenticated the client. */
    record Opened(ServerAddress at, String userId, String sessionId, JsonObject frame) implements ClientEvent {}

    /**
     * @param resumed whether the earlier position was kept; missed entries follow as {@link Entry}
     * @param newest where it was not, the newest entries, ascending and each in the latest state, as many as the
     *     {@code tail} of the join; they replace what was shown of the room before
     * @param readSeq up to where the user has read; 0 if there is no mark
     */
    record Joined(String roomId, Position head, boolean resumed, List<Entry> newest, long readSeq)
            implements ClientEvent {
        public Joined {
            newest = List.copyOf(newest);
        }
    }

    /**
     * An entry of a room's stream. Each is reported exactly once and in order, unless {@link PositionLost} was
     * reported.
     */
    record Entry(String roomId, Position at, String type, JsonObject frame) implements ClientEvent {}

    /** Entries before {@code head} may be missing: read the history. */
    record PositionLost(String roomId, Position head) implements ClientEvent {}

    /**
     * A direct message, or what happened to one; also those that the user sent. Each is reported once and in order,
     * unless {@link DirectLost} was reported.
     *
     * @param at its place in the user's inbox
     */
    record Direct(Position at, String type, JsonObject frame) implements ClientEvent {}

    /** Direct messages before {@code head} may be missing: read the history. */
    record DirectLost(Position head) implements ClientEvent {}

    /**
     * Direct messages, or edits of such, went before they were delivered, since the inbox was full.
     *
     * @param last the place of the last of them
     * @param count how many they are
     */
    record DirectGap(Position last, long count) implements ClientEvent {}

    record Limited(Optional<String> id, String scope, String window, long retryAfterMs) implements ClientEvent {}

    record Refused(
            Optional<String> id,
            Optional<String> roomId,
            String reason,
            String message,
            List<Violation> details,
            Optional<String> requestId)
            implements ClientEvent {
        public Refused {
            details = List.copyOf(details);
        }
    }

    /** A violation of the schema: a JSON Pointer and a schema keyword. */
    record Violation(String path, String rule) {}

    record Draining(long reconnectInMs) implements ClientEvent {}

    /** The client is no longer in a room that its new token does not grant. */
    record Left(String roomId) implements ClientEvent {}

    /**
     * The user was added to a room, has another role in it, or is no longer a member. The room need not be joined.
     *
     * @param role absent if the user is no longer a member
     * @param name of the room, safe as HTML
     * @param invited the role that the user is invited to have, where nothing else has changed
     */
    record Membership(
            String roomId, Optional<String> role, String name, Optional<String> byUserId, Optional<String> invited)
            implements ClientEvent {}

    /** @param expiresAt milliseconds; the client asks its source for another token */
    record TokenExpiring(long expiresAt) implements ClientEvent {}

    /** @param expiresAt of the new token, in milliseconds */
    record TokenRefreshed(long expiresAt) implements ClientEvent {}

    /** The connection ended; the client reconnects. */
    record Interrupted(Disconnect disconnect, long retryInMs) implements ClientEvent {}

    /** The connection ended and the client does not reconnect. */
    record Ended(Disconnect disconnect) implements ClientEvent {}

    /** Any other frame without a position, such as a notification, or an event that is not stored ({@link OwnEvent} reads it). */
    record Other(String type, JsonObject frame) implements ClientEvent {}
}
