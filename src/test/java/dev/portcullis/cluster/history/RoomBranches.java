package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The branches of one room. After a loss of its newest entries the room continues from an earlier position in a new
 * epoch: a new branch begins there, and the entries before it belong to both branches. A room without losses has one
 * branch, whatever its epochs.
 */
final class RoomBranches {
    private final Map<String, Integer> branchOfEpoch = new HashMap<>();
    private final List<Long> forkPoints = new ArrayList<>(List.of(0L));

    /** The epoch begins on the newest branch. */
    void beginEpoch(String epoch) {
        branchOfEpoch.put(epoch, newest());
    }

    /** All entries from this seq on are lost. */
    void rollBack(long first) {
        forkPoints.add(first);
    }

    int newest() {
        return forkPoints.size() - 1;
    }

    BranchPosition locate(Position at) {
        int life = branchOfEpoch.getOrDefault(at.epoch(), 0);
        while (at.seq() < forkPoints.get(life)) {
            life--;
        }
        return new BranchPosition(life, at.seq());
    }

    /** Whether this branch contains the position. */
    boolean isKept(BranchPosition position, int life) {
        return position.branch() <= life
                && forkPoints.subList(position.branch() + 1, life + 1).stream()
                        .allMatch(first -> position.seq() < first);
    }

    /** Whether one branch contains both positions. */
    boolean areOnOneBranch(Position one, Position other) {
        int later = Math.max(branchOfEpoch.getOrDefault(one.epoch(), 0), branchOfEpoch.getOrDefault(other.epoch(), 0));
        return isKept(locate(one), later) && isKept(locate(other), later);
    }
}
