package dev.portcullis.broadcast.expiry;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.RemovedFile;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * The files that users sent. Each method is one atomic step, and may be repeated. A file that a message names is changed only where its
 * owner is the author, and its place that of the message, in this very step.
 */
public interface SentFiles {
    /** Whose file it is, and where it was sent. */
    record SentFile(UserId owner, Target target) {}

    /**
     * Files that were sent to a room.
     *
     * @param next from where to go on; empty at the end
     */
    record SentPage(List<RemovedFile> files, String next) {}

    /** @param from empty to begin, then what the page before says */
    Future<SentPage> sentTo(RoomId room, String from, int most);

    /** The file with this id; empty where there is none, or its end has begun. */
    Future<Optional<SentFile>> find(String file);

    /** Begins the end of a file. Returns whether there is one; its end may have begun before. */
    Future<Boolean> end(RemovedFile named);

    /**
     * Lets no one fetch a file any more, which stays. One that no one could fetch yet ends instead. Returns whether there is one that
     * stays.
     */
    Future<Boolean> hide(RemovedFile named);
}
