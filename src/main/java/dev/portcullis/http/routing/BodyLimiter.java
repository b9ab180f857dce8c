package dev.portcullis.http.routing;

import dev.portcullis.http.HttpRefusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Limits the bodies that a node receives at one time, by their bytes in its memory and by their number for each caller, or for
 * each address of clients that nothing is known of (CWE-770). One more of a caller is refused; one more of an address ends the one
 * that is longest on its way, so that a body that comes at once waits for no slow ones of others behind the same address. Memory
 * is reserved before the first byte is kept. Used from all event loops.
 */
public final class BodyLimiter {
    /** IPv6: the limit of a /48 relative to one of its /64. */
    private static final int WIDER_FACTOR = 8;

    /** A body counts as received, and as parsed. */
    private static final int COPIES = 2;

    private final Memory memory;
    private final int perPayer;
    private final Map<String, Set<Place>> byPayer = new HashMap<>();

    /** The memory of the node. */
    public interface Memory {
        boolean tryReserve(long bytes);

        void release(long bytes);
    }

    /** @param perPayer maximum number of bodies of one caller or address */
    public BodyLimiter(Memory memory, int perPayer) {
        this.memory = memory;
        this.perPayer = perPayer;
    }

    /**
     * The place of a body of a known caller.
     *
     * @param bytes the most that it can have
     */
    Place ofCaller(String payer, int bytes) {
        return new Place(List.of(payer), bytes, Optional.empty());
    }

    /**
     * The place of any other body.
     *
     * @param keys of its address, narrowest first; none if it counts in the memory only
     * @param giveWay ends the body on any thread, if it has not arrived
     */
    Place ofAddress(List<String> keys, int bytes, Runnable giveWay) {
        return new Place(keys, bytes, Optional.of(giveWay));
    }

    /** Callers and addresses with a body at present, wider networks included. */
    int payers() {
        synchronized (byPayer) {
            return byPayer.size();
        }
    }

    /** That of one body. */
    final class Place {
        private final List<String> keys;
        private final long bytes;
        private final Optional<Runnable> giveWay;

        private Place(List<String> keys, int bytes, Optional<Runnable> giveWay) {
            this.keys = keys;
            this.bytes = (long) COPIES * bytes;
            this.giveWay = giveWay;
        }

        /** Takes the place; {@link #release} must follow once, unless it is refused. */
        Optional<HttpRefusal> take() {
            if (!memory.tryReserve(bytes)) {
                return Optional.of(HttpRefusal.UNAVAILABLE);
            }
            List<Runnable> slowest = new ArrayList<>();
            if (!enter(slowest)) {
                memory.release(bytes);
                return Optional.of(HttpRefusal.RATE_LIMITED);
            }
            slowest.forEach(Runnable::run);
            return Optional.empty();
        }

        void release() {
            leave();
            memory.release(bytes);
        }

        private boolean enter(List<Runnable> slowest) {
            synchronized (byPayer) {
                int max = perPayer;
                for (String key : keys) {
                    Set<Place> known = byPayer.getOrDefault(key, Set.of());
                    if (known.size() >= max) {
                        Place eldest = known.iterator().next();
                        if (eldest.giveWay.isEmpty()) {
                            return false;
                        }
                        eldest.leave();
                        slowest.add(eldest.giveWay.get());
                    }
                    max *= WIDER_FACTOR;
                }
                keys.forEach(key -> byPayer.computeIfAbsent(key, any -> new LinkedHashSet<>())
                        .add(this));
                return true;
            }
        }

        private void leave() {
            synchronized (byPayer) {
                keys.forEach(key -> byPayer.computeIfPresent(key, (any, known) -> {
                    known.remove(this);
                    return known.isEmpty() ? null : known;
                }));
            }
        }
    }
}
