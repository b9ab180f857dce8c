package dev.portcullis.cluster.history;

import java.util.Comparator;

/**
 * A position of a room that stays unique over losses: after a loss a seq may be used again, but on another branch.
 *
 * @param branch how often the room had been rolled back when the seq was assigned
 */
record BranchPosition(int branch, long seq) implements Comparable<BranchPosition> {
    private static final Comparator<BranchPosition> ORDER =
            Comparator.comparingInt(BranchPosition::branch).thenComparingLong(BranchPosition::seq);

    @Override
    public int compareTo(BranchPosition other) {
        return ORDER.compare(this, other);
    }
}
