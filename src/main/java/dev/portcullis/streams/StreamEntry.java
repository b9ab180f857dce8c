package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * One committed entry of a stream. Immutable: {@code body} is shared by all its users and must not be written to.
 *
 * @param body the encoded frame from {@code "type"} on, without {@code epoch} and {@code seq}: see {@link EntryFrame}
 * @param bars the user whom it bars from the stream, or who left it: a node that delivers the entry detaches this user's
 *     subscriptions, or with {@link #ALL_USERS} every one
 * @param laneSeq the lane's counter at its append; 0 where the entry was read, or the store has no lane counters
 */
@SuppressWarnings("ArrayRecordComponent") // compared by position, never by content
public record StreamEntry(
        StreamName stream, Position position, long timestamp, byte[] body, Optional<UserId> bars, long laneSeq) {
    /** As the user of an entry: it ends all subscriptions before it. No user has this id. */
    public static final UserId ALL_USERS = new UserId("deleted");

    /** An entry that bars no user, without a lane counter. */
    public StreamEntry(StreamName stream, Position position, long timestamp, byte[] body) {
        this(stream, position, timestamp, body, Optional.empty(), 0);
    }
}
