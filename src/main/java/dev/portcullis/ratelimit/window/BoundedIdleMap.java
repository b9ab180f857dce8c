package dev.portcullis.ratelimit.window;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A bounded map of states by key. A new key takes the slot of the longest idle one, and only if nothing in that one
 * counts any more: else a client with enough keys could evict its own counters.
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
        long missing = keys.stream().filter(key -> find(key).isEmpty()).count();
        sweep(now, states.size() + missing - max);
        return missing == 0 || states.size() + missing <= max;
    }

    /** The state of this key, made if it is new. Only states that must not be lost may skip {@link #hasRoomFor}. */
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
