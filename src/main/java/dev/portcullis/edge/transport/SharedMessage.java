package dev.portcullis.edge.transport;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message on its way to the clients of an event loop: encoded once for each kind of transport among them. */
public final class SharedMessage {
    private final byte[] json;
    private final MemoryBudget memory;
    private final Map<FrameEncoding, SharedFrame> frames = new HashMap<>(2);
    private @Nullable FrameEncoding latest; // most often all clients have the same
    private @Nullable SharedFrame latestFrame;

    public SharedMessage(byte[] json, MemoryBudget memory) {
        this.json = json;
        this.memory = memory;
    }

    public SharedFrame in(FrameEncoding encoding) {
        SharedFrame known = latestFrame;
        if (known != null && encoding == latest) {
            return known;
        }
        SharedFrame frame = frames.computeIfAbsent(encoding, any -> encoding.encode(json, memory));
        latest = encoding;
        latestFrame = frame;
        return frame;
    }

    /** Called once every receiver was given its frame. */
    public void release() {
        frames.values().forEach(SharedFrame::release);
    }
}
