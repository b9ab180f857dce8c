package dev.portcullis.admin;

import dev.portcullis.admin.users.DeletionReport;
import dev.portcullis.admin.users.KeptMessages;
import dev.portcullis.audit.chain.AuditTrail.ChainPlace;
import dev.portcullis.auth.invitation.AccountInvitationStore.Listing;
import dev.portcullis.auth.invitation.AccountInvitations.Made;
import dev.portcullis.broadcast.holds.HoldAdministration;
import dev.portcullis.broadcast.presence.PresenceAnswer;
import dev.portcullis.broadcast.server.RoomConnections;
import dev.portcullis.broadcast.server.ServerOutcome;
import dev.portcullis.broadcast.server.SystemMessage;
import dev.portcullis.events.EventJudge;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomOutcome;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.uploads.UserUploads;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The parts that the application's server calls for rooms and users.
 *
 * @param publisher publishes messages
 * @param sent counts the results of publishing
 * @param rooms reads rooms, and changes their members
 * @param users reads and deletes the data of users
 * @param uploads deletes files of users
 * @param events judges the application's own events, which its server may publish in place of a text
 * @param holds keeps what a retention or a user would delete
 */
public record ServerDirectory(
        Publisher publisher,
        Consumer<SentMessage> sent,
        Rooms rooms,
        Users users,
        UserUploads uploads,
        EventJudge events,
        HoldAdministration holds) {

    /** Publishes messages to a room or an inbox. */
    @FunctionalInterface
    public interface Publisher {
        /** Never fails. One outcome for each message, in their order. */
        Future<List<ServerOutcome>> publish(Target to, List<SystemMessage> messages, int undelivered);
    }

    /** The rooms, by the rules for an admin. Its futures fail only where a stage does not answer. */
    public interface Rooms {
        /** @param after the member behind whom to begin */
        Future<RoomOutcome> read(RoomId room, Optional<UserId> after);

        Future<Position> head(RoomId room);

        Future<RoomConnections.Total> connections(RoomId room);

        /**
         * Reads the users who are in the room.
         *
         * @param after the last user of the page before
         */
        Future<PresenceAnswer> presence(RoomId room, Optional<UserId> after);

        /** What a list tells of a room. Never fails: what is not known in time is left out. */
        Future<RoomSummary> summary(RoomId room);

        /** Adds a member, or changes their role, and lifts their bar. */
        Future<RoomOutcome> put(RoomId room, UserId user, RoomRole role);

        /** Bars a user, and ends their membership and subscriptions. */
        Future<RoomOutcome> remove(RoomId room, UserId user);
    }

    /** Reads and deletes the data of users. Its futures fail where the store does; then the call may be repeated. */
    public interface Users {
        /**
         * A user's data, as one JSON object.
         *
         * @param sessions the live ones, as JSON values
         * @param after the part of the inbox behind this seq
         */
        Future<Buffer> export(UserId user, List<Map<String, Object>> sessions, long after);

        /** The holds for the sake of which the user must not be deleted now. */
        Future<List<Hold>> heldBy(UserId user, KeptMessages messages);

        /** Completes when nothing is left. Empty where too many users are being deleted: then nothing was done. */
        Optional<Future<DeletionReport>> delete(UserId user, KeptMessages messages);

        /** Where the audit file will have the next event; empty where there is none. */
        Optional<ChainPlace> audited();

        /** Removes the second factor of an account; false where there is none. */
        Future<Boolean> removeFactor(UserId user);

        /** An invitation to create an account; empty where none is needed or taken. */
        Optional<Future<Made>> invite(long lifetimeMs);

        /** The invitations that are not over, from a place on; empty where none is needed or taken. */
        Optional<Future<Listing>> invitations(String from);

        /** Withdraws an invitation: false where there is no such one; empty where none is needed or taken. */
        Optional<Future<Boolean>> withdrawInvitation(String id);
    }
}
