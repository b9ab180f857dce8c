package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Keeps rooms with their members and mutes. Each method is one atomic step in the lane of the room's stream, by the
 * store's own clock. A failed future means that the store failed, and that the step may or may not be done.
 *
 * <p>A room that a user created has at least one owner from its creation to its deletion. Of other rooms only members and
 * mutes are kept.
 */
public interface RoomStore {
    /** Longer than any stream keeps an entry, so that a room with a used id shows nothing of the one before. */
    long DELETED_MS = 62 * 86_400_000L;

    Future<RoomFacts> find(RoomId room, UserId user);

    /**
     * Creates a room with its creator as owner, unless there is one, or members, or one was deleted within {@link
     * #DELETED_MS}. A bar of the creator, from a room that had the id before, is lifted in the same step. The same one again
     * is done.
     */
    Future<RoomChange> create(Room room, long notAfter);

    /** Puts another record in the place of one that was read, of the same room. */
    Future<RoomChange> update(Room before, Room after, Terms terms);

    /** Adds a member, or changes their role. */
    Future<RoomChange> putMember(RoomId room, Entrant entrant, Terms terms);

    /** Of a user who is no member it is done. Their mute stays. */
    Future<RoomChange> removeMember(RoomId room, UserId user, Terms terms);

    /** Mutes a user, who need not be a member, instead of an earlier mute; 0 ms end it. */
    Future<RoomChange> mute(RoomId room, Mute mute, Terms terms);

    /** Deletes the room with all members and mutes, and keeps who did it, who may want to repeat it. */
    Future<RoomChange> delete(RoomId room, UserId by, Terms terms);

    /** The same for the last member, who leaves; {@code CHANGED} if there is another one by now. */
    Future<RoomChange> deleteLeft(RoomId room, UserId last, Terms terms);

    /** Members behind {@code after}, in the order of their ids. */
    Future<List<Member>> members(RoomId room, Optional<UserId> after, int limit);

    /** The membership that a user must still have, or the absence of one, since the change was decided on it. */
    record Condition(UserId user, Optional<Membership> membership) {}

    /**
     * What a change was decided on, and until when it may be done.
     *
     * @param notAfter by the store's clock
     */
    record Terms(List<Condition> conditions, long notAfter) {
        /** Those of a change that rests on nothing, and is right whenever it comes. */
        public static final Terms NONE = new Terms(List.of(), Long.MAX_VALUE);

        public Terms {
            conditions = List.copyOf(conditions);
        }

        Terms until(long end) {
            return new Terms(conditions, Math.min(notAfter, end));
        }
    }

    /**
     * A user who is to be a member.
     *
     * @param max members of the room; one who is a member already exceeds nothing
     * @param liftsBar whether a bar of the user is lifted in the same step
     */
    record Entrant(UserId user, Membership membership, int max, boolean liftsBar) {}

    /** @param max mutes in force in the room */
    record Mute(UserId user, long forMs, int max) {}

    record Member(UserId user, Membership membership) {}
}
