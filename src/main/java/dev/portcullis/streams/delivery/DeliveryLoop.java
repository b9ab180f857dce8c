package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import java.util.List;

/**
 * An event loop with members, as a carrier sees it. All that one carrier hands over here must be done there in the order
 * in which it came: that order is why a join sees neither a gap nor a double. Called on the carrier's context.
 */
public interface DeliveryLoop {
    void run(Runnable inOrder);

    /** The next entries of a stream, once for all its members here. */
    void deliver(StreamName stream, List<StreamEntry> entries);

    /** What followed the last delivery is gone; the next one follows {@code now}. */
    void lost(StreamName stream, Position now);
}
