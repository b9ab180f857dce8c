package dev.portcullis.store.redis;

import dev.portcullis.config.Section;

/**
 * How many replicas must have an append before it is answered, and how long it may take them.
 *
 * @param replicas 0: no answer waits
 */
public record ReplicaAcks(int replicas, int ms) {
    public static final ReplicaAcks NONE = new ReplicaAcks(0, 1_000);

    /** A shortage shows in the readiness within 2 s: the longest wait, and the half second between two probes. */
    private static final int MOST_MS = 1_500;

    static ReplicaAcks read(Section redis) {
        return new ReplicaAcks(
                redis.basic()
                        .integer(
                                "ackReplicas",
                                NONE.replicas,
                                0,
                                5,
                                "replicas of a master that must have a message before its ack; without so many no message is"
                                        + " taken. With 0 a failover of Redis may lose what was acknowledged last"),
                redis.integer(
                        "ackMs",
                        NONE.ms,
                        10,
                        MOST_MS,
                        "how long an append may wait for those replicas, at most three quarters of bus.deadlineMs; then it is"
                                + " answered unavailable, and repeated under the same key"));
    }

    /**
     * Leaves a quarter of the time of a question on the bus for its answer. One that is late counts against the instance that was
     * asked, and the others would not ask it any more.
     */
    public ReplicaAcks within(long questionMs) {
        return new ReplicaAcks(replicas, (int) Math.min(ms, questionMs * 3 / 4));
    }

    public boolean areAwaited() {
        return replicas > 0;
    }
}
