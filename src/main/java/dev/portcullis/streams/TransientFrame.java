package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * A frame that only the present subscribers of a stream get: it is not stored, has no position, and is lost with the node or link
 * that carries it. It is immutable: {@code json} is shared by all its users.
 *
 * @param json the whole frame, encoded where it was published
 * @param except the user whose own clients do not get it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TransientFrame(StreamName stream, byte[] json, Optional<UserId> except) {
    /** Makes a frame for all subscribers. */
    public TransientFrame(StreamName stream, byte[] json) {
        this(stream, json, Optional.empty());
    }
}
