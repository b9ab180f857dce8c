package dev.portcullis.hooks;

import dev.portcullis.hooks.outbox.LaneState;
import java.util.List;

/**
 * The counts of all lanes together at one survey.
 *
 * @param overflown events that became dead letters because an outbox was full
 * @param lost dead letters for which there was no room
 */
public record HookCounts(long waiting, long dead, long overflown, long lost) {
    private static final HookCounts NONE = new HookCounts(0, 0, 0, 0);

    /** The counts of the last survey. Read by other threads. */
    public static final class Latest {
        private volatile HookCounts counts = NONE;

        public HookCounts get() {
            return counts;
        }

        public void set(HookCounts next) {
            counts = next;
        }
    }

    static HookCounts of(List<LaneState> lanes) {
        return lanes.stream()
                .map(lane -> new HookCounts(lane.waiting() + lane.aside(), lane.dead(), lane.overflown(), lane.lost()))
                .reduce(NONE, HookCounts::plus);
    }

    private HookCounts plus(HookCounts other) {
        return new HookCounts(
                waiting + other.waiting, dead + other.dead, overflown + other.overflown, lost + other.lost);
    }
}
