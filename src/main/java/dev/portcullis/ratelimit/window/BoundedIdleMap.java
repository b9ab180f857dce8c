package dev.portcullis.ratelimit.window;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A bounded map of states by key. When it is full, its owner chooses for a new key: {@link #hasRoomFor} refuses it unless
 * something has become idle, so that no client evicts counters by using enough keys. {@link #makeRoomFor} forgets the state used
 * longest ago, so that no client keeps others out by using enough keys (CWE-770).
 */
public final class BoundedIdleMap<S> {
    private final int max;
    private final Idle<S> idle;
    private final Map<String, S> states = new LinkedHashMap<>(16, 0.75f, true);

    /** Whether a new state would be equivalent. */
    public interface Idle<S> {
        boolean test(S state, long now);
    }

    public BoundedIdleMap(int max, Idle<S> idle) {
        this.max = max;
        this.idle = idle;
    }

    public Optional<S> find(String key) {
        return Optional.ofNullable(states.get(key));
    }

    /** Whether all these keys are present or fit in; removes idle ones for them. */
    public boolean hasRoomFor(Collection<String> keys, long now) {
        int missing = missing(keys);
        sweep(now, states.size() + missing - max);
        return missing == 0 || states.size() + missing <= max;
    }

    /**
     * Makes room for these keys: forgets those used longest ago, whether they count or not. A key that each request uses,
     * such as that of a wide network, stays.
     */
    public void makeRoomFor(Collection<String> keys) {
        int missing = missing(keys);
        Iterator<S> eldest = states.values().iterator();
        for (int excess = states.size() + missing - max; excess > 0 && eldest.hasNext(); excess--) {
            eldest.next();
            eldest.remove();
        }
    }

    private int missing(Collection<String> keys) {
        int missing = 0;
        for (String key : keys) { // no stream: each frame comes here
            missing += states.get(key) == null ? 1 : 0;
        }
        return missing;
    }

    /** The state of this key, made if it is new. Only states that must not be lost may skip the making of room. */
    public S make(String key, Supplier<S> fresh) {
        return states.computeIfAbsent(key, any -> fresh.get());
    }

    /** Removes the state of this key, if nothing in it counts. */
    public void removeIdle(String key, long now) {
        find(key).filter(state -> idle.test(state, now)).ifPresent(any -> states.remove(key));
    }

    /** Removes the longest idle, up to {@code limit}, and stops at the first that still counts. */
    public void sweep(long now, long limit) {
        Iterator<S> eldest = states.values().iterator();
        for (long removed = 0; removed < limit && eldest.hasNext() && idle.test(eldest.next(), now); removed++) {
            eldest.remove();
        }
    }

    public void each(Consumer<S> visit) {
        states.values().forEach(visit);
    }

    public int size() {
        return states.size();
    }
}
