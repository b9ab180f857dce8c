package dev.portcullis.ratelimit;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * States by key, at most so many. A newcomer takes the place of the longest idle, and only if nothing in that one counts
 * any more: else who brings enough keys could wash out their own counters.
 */
public final class BoundedIdleMap<S> {
    private final int max;
    private final Idle<S> idle;
    private final Map<String, S> states = new LinkedHashMap<>(16, 0.75f, true);

    /** Whether a fresh state would do as well. */
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

    /** Whether all these keys are known or can be; the idle make way for them. */
    public boolean hasRoomFor(Collection<String> keys, long now) {
        long missing = keys.stream().filter(key -> find(key).isEmpty()).count();
        sweep(now, states.size() + missing - max);
        return missing == 0 || states.size() + missing <= max;
    }

    /** The state of this key, made if it is new. Only what must not be forgotten may skip asking for room. */
    public S make(String key, Supplier<S> fresh) {
        return states.computeIfAbsent(key, any -> fresh.get());
    }

    /** Lets go of the longest idle, up to so many, and stops at the first that still counts. */
    void sweep(long now, long most) {
        Iterator<S> eldest = states.values().iterator();
        for (long gone = 0; gone < most && eldest.hasNext() && idle.test(eldest.next(), now); gone++) {
            eldest.remove();
        }
    }

    void each(Consumer<S> visit) {
        states.values().forEach(visit);
    }

    public int size() {
        return states.size();
    }
}
