package dev.portcullis.hooks.outbox;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Who takes the events of each lane, and until when. */
final class LaneClaims {
    private final Map<Integer, Taken> taken = new ConcurrentHashMap<>();

    /** A lane that is claimed. */
    record Taken(String taker, long until) {}

    /** Claims a lane; empty while another taker has it. */
    Optional<Taken> take(int lane, String taker, long now, long until) {
        Taken claim = new Taken(taker, until);
        Taken winner = taken.merge(
                lane, claim, (former, next) -> former.until <= now || former.taker.equals(taker) ? next : former);
        return winner.equals(claim) ? Optional.of(claim) : Optional.empty();
    }

    boolean isTaken(int lane, long now) {
        Taken former = taken.get(lane);
        return former != null && former.until > now;
    }

    /** Ends this claim, unless it was renewed meanwhile. */
    void end(int lane, Taken claim) {
        taken.remove(lane, claim);
    }

    /** Ends each claim of this taker. */
    void free(int lane, String taker) {
        taken.computeIfPresent(lane, (any, former) -> former.taker.equals(taker) ? null : former);
    }
}
