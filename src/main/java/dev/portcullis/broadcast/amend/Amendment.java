package dev.portcullis.broadcast.amend;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import java.util.Optional;

/**
 * An edit or a deletion of a message. Complete before the first attempt, so that every attempt sends the same request.
 *
 * @param content the new text; empty for a deletion
 * @param ofAnyAuthor whether messages of other users may be amended too
 * @param key identifies a repetition: the frame's id, or else a random one
 * @param notAfter when the amendment must not be appended any more
 * @param permit of it
 */
public record Amendment(
        Sender from,
        Target target,
        String messageId,
        Optional<String> content,
        boolean ofAnyAuthor,
        String key,
        long notAfter,
        Permit permit) {
    /** Never the text. */
    @Override
    public String toString() {
        return "Amendment[" + from.userId() + ", " + target + ", " + messageId + "]";
    }
}
