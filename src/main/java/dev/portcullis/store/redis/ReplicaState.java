package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the last {@code WAIT} of any event loop said of the replicas of each master. An append that no replica could confirm is refused
 * before it is written; so only the probes of {@link RedisHealth} notice that the replicas are back.
 */
final class ReplicaState {
    private final int wanted;
    private final Set<HostPort> shortOf = ConcurrentHashMap.newKeySet();
    private final LongAdder confirmed = new LongAdder();
    private final LongAdder unconfirmed = new LongAdder();

    /** @param wanted how many replicas must confirm; 0 if none is asked */
    ReplicaState(int wanted) {
        this.wanted = wanted;
    }

    /** So many replicas of this master had what was written. */
    void counted(HostPort master, int replicas) {
        if (replicas >= wanted) {
            shortOf.remove(master);
        } else {
            shortOf.add(master);
        }
    }

    /** Whether too few replicas of this master follow. */
    boolean areTooFew(HostPort master) {
        return shortOf.contains(master);
    }

    /** The number of lanes whose master has too few replicas. */
    int lanesIn(SlotMap slots) {
        return shortOf.stream().mapToInt(slots::lanesOf).sum();
    }

    void confirmed() {
        confirmed.increment();
    }

    void unconfirmed() {
        unconfirmed.increment();
    }

    long confirmedAppends() {
        return confirmed.sum();
    }

    long unconfirmedAppends() {
        return unconfirmed.sum();
    }
}
