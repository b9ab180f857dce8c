package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.TransientFrame;
import java.util.List;

/**
 * An event loop with subscribers, as a shard sees it. The loop must process all calls of one shard in their order: that order is
 * why a new subscriber sees neither a gap nor a duplicate. It is called on the shard's context.
 */
public interface DeliveryLoop {
    void run(Runnable inOrder);

    /** Delivers the next entries of a stream, once for all its subscribers on this loop. */
    void deliver(StreamName stream, List<StreamEntry> entries);

    /** Delivers a frame to the present subscribers. */
    void deliver(TransientFrame frame);

    /** The entries after the last delivery can't be read any more; the next delivery follows {@code now}. */
    void lost(StreamName stream, Position now);
}
