package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which master most sentinels name. One that was cut off from the others goes on naming the former; so more than half of
 * them settle it, and where that many don't answer, what most say. Of two that are named as often the newer wins.
 */
final class SentinelVote {
    private final int voters;
    private final List<HostPort> former;
    private final Map<HostPort, Integer> named = new LinkedHashMap<>();
    private final Promise<HostPort> chosen = Promise.promise();
    private int heard;

    SentinelVote(int voters, List<HostPort> former) {
        this.voters = voters;
        this.former = former;
    }

    /** Fails as the last of them did, if nobody names any. */
    Future<HostPort> chosen() {
        return chosen.future();
    }

    void name(HostPort master) {
        heard++;
        if (2 * named.merge(master, 1, Integer::sum) > voters) {
            chosen.tryComplete(master);
        } else if (heard == voters) {
            close();
        }
    }

    void abstain(Throwable why) {
        heard++;
        if (heard == voters && named.isEmpty()) {
            chosen.tryFail(why);
        } else if (heard == voters) {
            close();
        }
    }

    private void close() {
        named.keySet().stream()
                .max(Comparator.<HostPort>comparingInt(master -> named.getOrDefault(master, 0))
                        .thenComparing(master -> !former.contains(master)))
                .ifPresent(chosen::tryComplete);
    }
}
