package dev.portcullis.edge.transport;

import dev.portcullis.streams.StreamEntry;

/**
 * How entries are written for the clients of one kind of transport: they all get the same bytes. Compared by identity.
 */
public interface FrameEncoding {
    /** The caller releases the frame after every receiver was given it. */
    SharedFrame encode(StreamEntry entry, MemoryBudget memory);
}
