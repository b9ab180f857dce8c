package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * One entry of a stream, as committed. Immutable: {@code body} is shared by all who carry it and must not be written to.
 *
 * @param body the encoded frame from {@code "type"} on, without {@code epoch} and {@code seq}: see {@link EntryFrame}
 * @param bars whom it bars from the stream: who meets it detaches them
 * @param laneSeq the lane's counter when it was appended; 0 where the entry was read, or the store counts none
 */
@SuppressWarnings("ArrayRecordComponent") // compared by place, never by content
public record StreamEntry(
        StreamName stream, Position position, long timestamp, byte[] body, Optional<UserId> bars, long laneSeq) {

    /** One that bars nobody, as read. */
    public StreamEntry(StreamName stream, Position position, long timestamp, byte[] body) {
        this(stream, position, timestamp, body, Optional.empty(), 0);
    }
}
