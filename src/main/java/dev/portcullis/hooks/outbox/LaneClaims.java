package dev.portcullis.hooks.outbox;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The node that takes the events of each queue, and until when it may. */
final class LaneClaims {
    private final Map<LaneQueue, Taken> taken = new ConcurrentHashMap<>();

    /** A queue that is claimed. */
    record Taken(String taker, long until) {}

    /** Claims a queue; empty while another taker has it. */
    Optional<Taken> take(LaneQueue queue, String taker, long now, long until) {
        Taken claim = new Taken(taker, until);
        Taken winner = taken.merge(
                queue, claim, (former, next) -> former.until <= now || former.taker.equals(taker) ? next : former);
        return winner.equals(claim) ? Optional.of(claim) : Optional.empty();
    }

    boolean isTaken(LaneQueue queue, long now) {
        Taken former = taken.get(queue);
        return former != null && former.until > now;
    }

    /** Ends this claim, unless it was renewed meanwhile. */
    void end(LaneQueue queue, Taken claim) {
        taken.remove(queue, claim);
    }

    /** Ends each claim of this taker. */
    void free(LaneQueue queue, String taker) {
        taken.computeIfPresent(queue, (any, former) -> former.taker.equals(taker) ? null : former);
    }
}
