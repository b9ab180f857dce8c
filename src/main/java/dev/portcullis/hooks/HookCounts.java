package dev.portcullis.hooks;

import dev.portcullis.hooks.outbox.LaneState;
import java.util.List;

/** The counts of all lanes together at the last survey. Read by other threads. */
public final class HookCounts {
    private volatile long waiting;
    private volatile long dead;
    private volatile long overflown;
    private volatile long lost;

    void update(List<LaneState> lanes) {
        waiting =
                lanes.stream().mapToLong(lane -> lane.waiting() + lane.aside()).sum();
        dead = lanes.stream().mapToLong(LaneState::dead).sum();
        overflown = lanes.stream().mapToLong(LaneState::overflown).sum();
        lost = lanes.stream().mapToLong(LaneState::lost).sum();
    }

    /** Events that are not delivered yet. */
    public long waiting() {
        return waiting;
    }

    public long dead() {
        return dead;
    }

    /** Events that became dead letters because an outbox was full. */
    public long overflown() {
        return overflown;
    }

    /** Dead letters for which there was no room. */
    public long lost() {
        return lost;
    }
}
