package dev.portcullis.streams.unarchived;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;

/** Tells where a stream goes on that the store has forgotten. */
public interface ArchivedHeads {
    /** The position that stands for a stream of which the archive has nothing. */
    Position NOTHING = new Position("", 0);

    /** The archive's position of the stream. A failed future means that the archive is away. */
    Future<Position> of(StreamName stream);
}
