package dev.portcullis.archive;

import java.util.HashMap;
import java.util.Map;

/**
 * Notices lanes whose backlog does not shrink, whichever node feeds them: only that node is told when the archive takes nothing. It
 * is used on one context only.
 */
final class StalledLanes {
    /** Longer than it takes until another node feeds the lanes of one that died. */
    static final long STALLED_MS = 2 * ArchiveFeeder.ABANDONED_MS;

    private final Map<Integer, Seen> lanes = new HashMap<>();

    /**
     * What waited in a lane.
     *
     * @param now the time of the store
     * @param since when it was less than before, or was seen first
     */
    private record Seen(long bytes, long now, long since) {
        boolean isStalled() {
            return now - since > STALLED_MS;
        }
    }

    /** @param bytes what waits in the lane now */
    void see(int lane, long bytes, long now) {
        lanes.compute(lane, (any, before) -> {
            if (bytes == 0) {
                return null;
            }
            return new Seen(bytes, now, before == null || bytes < before.bytes ? now : before.since);
        });
    }

    boolean areThere() {
        return lanes.values().stream().anyMatch(Seen::isStalled);
    }
}
