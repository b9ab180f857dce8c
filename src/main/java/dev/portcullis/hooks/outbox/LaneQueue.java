package dev.portcullis.hooks.outbox;

/**
 * A queue of events of a lane: in the order in which they came, or aside, where an event of their key failed, so that the other
 * keys of the lane do not wait for it (CWE-400).
 */
public record LaneQueue(int lane, boolean aside) {
    public static LaneQueue of(int lane) {
        return new LaneQueue(lane, false);
    }

    public LaneQueue besides() {
        return new LaneQueue(lane, true);
    }
}
