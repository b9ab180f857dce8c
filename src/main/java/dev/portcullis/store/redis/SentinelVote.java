package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses the master that most sentinels name. A sentinel that is cut off from the others keeps naming the former
 * master. So the vote of more than half of them decides, and if fewer answer, the master with the most votes. Of two
 * masters with equal votes the new one wins.
 */
final class SentinelVote {
    private final int voters;
    private final List<HostPort> known;
    private final Map<HostPort, Integer> votes = new LinkedHashMap<>();
    private final Promise<HostPort> chosen = Promise.promise();
    private int answers;

    SentinelVote(int voters, List<HostPort> known) {
        this.voters = voters;
        this.known = known;
    }

    /** Fails with the last failure, if no sentinel names a master. */
    Future<HostPort> chosen() {
        return chosen.future();
    }

    void voteFor(HostPort master) {
        answers++;
        if (2 * votes.merge(master, 1, Integer::sum) > voters) {
            chosen.tryComplete(master);
        } else if (answers == voters) {
            decide();
        }
    }

    void abstain(Throwable failure) {
        answers++;
        if (answers == voters && votes.isEmpty()) {
            chosen.tryFail(failure);
        } else if (answers == voters) {
            decide();
        }
    }

    private void decide() {
        votes.keySet().stream()
                .max(Comparator.<HostPort>comparingInt(master -> votes.getOrDefault(master, 0))
                        .thenComparing(master -> !known.contains(master)))
                .ifPresent(chosen::tryComplete);
    }
}
