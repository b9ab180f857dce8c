package dev.portcullis.streams.unarchived;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import java.util.OptionalLong;

/**
 * Gives an archive what it does not have yet. {@link UnarchivedStreams} names the streams. A failed future means that the store
 * failed.
 */
public interface ArchiveSource {
    /**
     * Reads the oldest entries that the archive does not have, however old they are.
     *
     * @param after the seq behind which the read begins; if it is empty, the one up to which the archive has the stream
     */
    Future<UnarchivedPart> read(StreamName stream, OptionalLong after, Bounds bounds);

    /**
     * Notes that the archive has a stream up to a position. What the window does not need is then removed. A position that the
     * stream does not contain changes nothing.
     *
     * @param bytes how many bytes the entries have that the archive has got
     */
    Future<Void> confirm(StreamName stream, Position upTo, long bytes, int windowEntries);

    /** The time by which the store judges how old entries are. It is not that of the wall, which may be set. */
    Future<Long> now();
}
