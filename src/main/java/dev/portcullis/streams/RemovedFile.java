package dev.portcullis.streams;

import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import java.util.Set;

/**
 * A file that a message named whose text was removed. Anyone can name any file, so this alone ends none.
 *
 * @param file the id of the file
 * @param author who wrote the message
 * @param stream the stream that had it
 */
public record RemovedFile(String file, UserId author, StreamName stream) {
    /** Whether the message could bring this file to its readers: its author sent it, to where the message was. */
    public boolean isOf(UserId owner, Target target) {
        return author.equals(owner) && streams(owner, target).contains(stream);
    }

    /** The streams whose readers may fetch a file. */
    public static Set<StreamName> streams(UserId owner, Target target) {
        return target.fold(
                room -> Set.of(StreamName.room(room)),
                user -> owner.equals(user)
                        ? Set.of(StreamName.inbox(user))
                        : Set.of(StreamName.inbox(owner), StreamName.inbox(user)));
    }
}
