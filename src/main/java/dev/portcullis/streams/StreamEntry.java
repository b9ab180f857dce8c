package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * One committed entry of a stream. It is immutable: {@code body} is shared by all its users and must not be written to.
 *
 * @param body the encoded frame from {@code "type"} on, without {@code epoch} and {@code seq}: see {@link EntryFrame}
 * @param bars the user whom the entry bars from the stream, or who left it: a node that delivers the entry detaches this user's
 * subscriptions, or all subscriptions for {@link #ALL_USERS}
 * @param laneSeq the lane's counter at its append; 0 where the entry was read, or the store has no lane counters
 */
@SuppressWarnings("ArrayRecordComponent") // compared by position, never by content
public record StreamEntry(
        StreamName stream, Position position, long timestamp, byte[] body, Optional<UserId> bars, long laneSeq) {
    /** The user of an entry that ends all subscriptions before it. No user has this id. */
    public static final UserId ALL_USERS = new UserId("deleted");

    /** Makes an entry that bars no user, without a lane counter. */
    public StreamEntry(StreamName stream, Position position, long timestamp, byte[] body) {
        this(stream, position, timestamp, body, Optional.empty(), 0);
    }

    /** This entry with another body, such as that of the deletion in place of the text that it deletes. */
    public StreamEntry saying(byte[] other) {
        return new StreamEntry(stream, position, timestamp, other, bars, laneSeq);
    }
}
