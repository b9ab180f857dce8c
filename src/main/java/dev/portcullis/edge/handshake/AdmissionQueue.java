package dev.portcullis.edge.handshake;

import dev.portcullis.edge.tcp.TurnQueue;
import dev.portcullis.protocol.Result;
import java.util.Optional;

/**
 * The handshakes of one event loop that wait until others have ended, and {@linkplain TurnQueue take turns}. A client that would
 * wait longer than its connection may is refused at once, and told when those before it will have had their turn.
 *
 * <p>It is bounded by the limits of connections that have not upgraded. Belongs to its event loop.
 */
final class AdmissionQueue {
    private final AdmissionPace pace;
    private final long patienceMs;
    private final TurnQueue<Runnable> waiting = new TurnQueue<>();

    private int underWay;
    private boolean measuring;
    private long endedAt;

    /** @param patienceMs the longest that a client should wait */
    AdmissionQueue(AdmissionPace pace, long patienceMs) {
        this.pace = pace;
        this.patienceMs = patienceMs;
    }

    /** Whether a handshake that comes now need not wait. */
    boolean isFree() {
        return waiting.size() == 0 && hasPlace();
    }

    /** Whether {@link #next} has one. */
    boolean mayProceed() {
        return waiting.size() > 0 && hasPlace();
    }

    int size() {
        return waiting.size();
    }

    /** A handshake begins that need not wait. */
    void begun() {
        underWay++;
    }

    /**
     * @param begin for {@link #next}
     * @return its place, which its connection may keep for as long as it is open; or in how many milliseconds there is a turn for a
     *     client that comes now, where that is too long to wait
     */
    Result<TurnQueue<Runnable>.Place, Long> enter(String network, Runnable begin) {
        long waitMs = pace.millisFor(waiting.turnOf(network));
        return waitMs > patienceMs ? Result.refused(waitMs) : Result.done(waiting.enter(network, begin));
    }

    /** A handshake that had begun has ended. */
    void ended(long nanos) {
        underWay--;
        if (measuring) {
            pace.ended(nanos - endedAt);
        }
        measuring = waiting.size() > 0;
        endedAt = nanos;
    }

    /** The handshake that begins now, if one waits and may. */
    Optional<Runnable> next() {
        if (!mayProceed()) {
            return Optional.empty();
        }
        Optional<Runnable> next = waiting.next();
        next.ifPresent(any -> underWay++);
        return next;
    }

    private boolean hasPlace() {
        return underWay < pace.limit();
    }
}
