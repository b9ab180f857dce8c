package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;

/**
 * Keeps the data beside the entries of an inbox: the positions of delivery, and the backlog of each sender.
 * {@link StreamStore#append} reads both in the step that appends. This store also searches the entries for a
 * conversation. Each method is one atomic step. A failed future means that the store failed, and that the step may or may not be
 * done.
 */
public interface InboxStore {

    /**
     * Tells where delivery to a reader begins. An unknown device begins where its user is, and keeps a position of its own from
     * then on.
     *
     * @param mostDevices the most devices of a user that are known at a time; a new one replaces the one unused for longest
     */
    Future<Delivery> open(InboxReader reader, int mostDevices);

    /**
     * Moves the reader's position forward to {@code upTo}, and the user's too. Only the part counts that the inbox contains:
     * nothing of a forgotten epoch, nothing beyond the head, nothing that an epoch lost. Returns the seq up to which the reader
     * then has everything.
     */
    Future<Long> acknowledge(InboxReader reader, Position upTo, int mostDevices);

    /** Begins a sender's backlog in the inbox again: none of what it counts waits any more. */
    Future<Void> restartBacklog(UserId owner, UserId sender);

    /** Whether the owner has written to this user, who is then no stranger to them. */
    Future<Boolean> hasWritten(UserId owner, UserId user);

    /**
     * Reads a part of a conversation. At least one entry is returned where there is one. Entries of other conversations are not
     * read, so a reader pays nothing for an inbox that others have filled.
     */
    Future<DirectConversation.Part> conversation(DirectConversation.Read read, Bounds bounds);

    /**
     * @param acknowledged the seq up to which the reader has everything
     * @param owedAfter the same seq, or the one before the oldest entry that is still kept; a read from here is exact
     */
    record Delivery(Position head, long acknowledged, long owedAfter) {

        /** The number of entries behind the acknowledged ones that are no longer kept. */
        public long gap() {
            return owedAfter - acknowledged;
        }

        /** The position from which on the reader is owed every entry. */
        public Position since() {
            return new Position(head.epoch(), owedAfter);
        }
    }
}
