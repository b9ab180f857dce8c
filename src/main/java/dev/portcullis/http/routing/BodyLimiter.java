package dev.portcullis.http.routing;

import dev.portcullis.http.HttpRefusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Limits the bodies that a node receives at one time, by their bytes in its memory and by their number for each address
 * (CWE-770). Memory is reserved before the first byte is kept. Used from all event loops.
 */
public final class BodyLimiter {
    /** IPv6: the limit of a /48 relative to one of its /64. */
    private static final int WIDER_FACTOR = 8;

    /** A body counts as received, and as parsed. */
    private static final int COPIES = 2;

    private final Memory memory;
    private final int perAddress;
    private final Map<String, Integer> byAddress = new HashMap<>();

    /** The memory of the node. */
    public interface Memory {
        boolean tryReserve(long bytes);

        void release(long bytes);
    }

    /** @param perAddress maximum number of bodies of one address */
    public BodyLimiter(Memory memory, int perAddress) {
        this.memory = memory;
        this.perAddress = perAddress;
    }

    /**
     * Counts a body; {@link #release} must follow unless it is refused.
     *
     * @param keys keys of its address, narrowest first
     * @param bytes the most that it can have
     */
    Optional<HttpRefusal> take(List<String> keys, int bytes) {
        if (!takeFor(keys)) {
            return Optional.of(HttpRefusal.RATE_LIMITED);
        }
        if (!memory.tryReserve((long) COPIES * bytes)) {
            releaseFor(keys);
            return Optional.of(HttpRefusal.UNAVAILABLE);
        }
        return Optional.empty();
    }

    void release(List<String> keys, int bytes) {
        memory.release((long) COPIES * bytes);
        releaseFor(keys);
    }

    /** Addresses with a body at present, wider networks included. */
    int addresses() {
        synchronized (byAddress) {
            return byAddress.size();
        }
    }

    private boolean takeFor(List<String> keys) {
        synchronized (byAddress) {
            int max = perAddress;
            for (String key : keys) {
                if (byAddress.getOrDefault(key, 0) >= max) {
                    return false;
                }
                max *= WIDER_FACTOR;
            }
            keys.forEach(key -> byAddress.merge(key, 1, Integer::sum));
            return true;
        }
    }

    private void releaseFor(List<String> keys) {
        synchronized (byAddress) {
            keys.forEach(key -> byAddress.computeIfPresent(key, (any, count) -> count == 1 ? null : count - 1));
        }
    }
}
