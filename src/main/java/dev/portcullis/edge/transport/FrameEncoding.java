package dev.portcullis.edge.transport;

/**
 * How a message is written for the clients of one kind of transport: they all get the same bytes. Compared by identity.
 */
public interface FrameEncoding {
    /**
     * The caller releases the frame after every receiver was given it.
     *
     * @param json the message as a JSON object in UTF-8
     */
    SharedFrame encode(byte[] json, MemoryBudget memory);
}
