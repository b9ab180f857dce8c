package dev.portcullis.edge.handshake;

import dev.portcullis.protocol.Result;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The handshakes of one event loop that wait until others have ended. Addresses take turns, and within an address the order is
 * that of arrival: nothing is known yet of the clients, and one address must not keep out the others (CWE-400). A client that
 * would wait longer than its connection may is refused at once, and told when those before it will have had their turn.
 *
 * <p>It is bounded by the limits of connections that have not upgraded. Belongs to its event loop.
 */
final class AdmissionQueue {
    private final AdmissionPace pace;
    private final long patienceMs;
    /** By address, that whose turn is next first. */
    private final Map<String, Set<Ticket>> waiting = new LinkedHashMap<>();

    private int size;
    private int underWay;
    private boolean measuring;
    private long endedAt;

    /** @param patienceMs the longest that a client should wait */
    AdmissionQueue(AdmissionPace pace, long patienceMs) {
        this.pace = pace;
        this.patienceMs = patienceMs;
    }

    /** One that waits. Its connection keeps it for as long as it is open, so it holds nothing once it has left. */
    final class Ticket {
        private final String address;
        private @Nullable Runnable begin;

        private Ticket(String address, Runnable begin) {
            this.address = address;
            this.begin = begin;
        }

        /** Gives its turn up. Of no effect after its turn. */
        void leave() {
            if (begin != null) {
                take();
            }
        }

        private Runnable take() {
            Set<Ticket> ofAddress = Objects.requireNonNull(waiting.get(address));
            ofAddress.remove(this);
            if (ofAddress.isEmpty()) {
                waiting.remove(address);
            }
            size--;
            Runnable taken = Objects.requireNonNull(begin);
            begin = null;
            return taken;
        }
    }

    /** Whether a handshake that comes now need not wait. */
    boolean isFree() {
        return size == 0 && underWay < pace.limit();
    }

    int size() {
        return size;
    }

    /** A handshake begins that need not wait. */
    void begun() {
        underWay++;
    }

    /**
     * @param begin for {@link #next}
     * @return in how many milliseconds there is a turn for a client that comes now, where that is too long to wait
     */
    Result<Ticket, Long> enter(String address, Runnable begin) {
        Set<Ticket> ofAddress = waiting.getOrDefault(address, Set.of());
        int addresses = waiting.size() + (ofAddress.isEmpty() ? 1 : 0);
        long waitMs = pace.millisFor((int) Math.min(size + 1L, (ofAddress.size() + 1L) * addresses));
        if (waitMs > patienceMs) {
            return Result.refused(waitMs);
        }
        Ticket ticket = new Ticket(address, begin);
        waiting.computeIfAbsent(address, any -> new LinkedHashSet<>()).add(ticket);
        size++;
        return Result.done(ticket);
    }

    /** A handshake that had begun has ended. */
    void ended(long nanos) {
        underWay--;
        if (measuring) {
            pace.ended(nanos - endedAt);
        }
        measuring = size > 0;
        endedAt = nanos;
    }

    /** The handshake that begins now, if one waits and may. */
    Optional<Runnable> next() {
        if (size == 0 || underWay >= pace.limit()) {
            return Optional.empty();
        }
        String address = waiting.keySet().iterator().next();
        Set<Ticket> ofAddress = Objects.requireNonNull(waiting.remove(address));
        waiting.put(address, ofAddress); // the other addresses come first now
        underWay++;
        return Optional.of(ofAddress.iterator().next().take());
    }
}
