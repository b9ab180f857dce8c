package dev.portcullis.broadcast.amend;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import java.util.Optional;

/**
 * An edit or a deletion of a message. It is complete before the first attempt, so that every attempt sends the same request.
 *
 * @param content the new text; empty for a deletion
 * @param ofAnyAuthor whether messages of other users may be amended too
 * @param key identifies a repetition: the frame's id; a random id without one
 * @param notAfter the time after which the amendment must not be appended any more
 * @param permit the permit of the append
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
    /** Leaves out the text. */
    @Override
    public String toString() {
        return "Amendment[" + from.userId() + ", " + target + ", " + messageId + "]";
    }
}
