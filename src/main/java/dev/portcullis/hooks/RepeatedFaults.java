package dev.portcullis.hooks;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The users and keys over whose events the application broke in the last time, more than once. For a user it counts events of
 * more than one key: events of one key hold up only that key, and may be answers to an event that the application does not
 * have.
 */
final class RepeatedFaults {
    private static final int MOST = 1_000;
    private static final long LATELY_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** The names in the order of their last faults. */
    private final Map<String, Fault> byName = new LinkedHashMap<>();

    /** @param several whether there was another one too */
    private record Fault(String what, boolean several, long lastAt) {}

    /**
     * @param name the name of a user, or a key
     * @param what the thing at fault: the same one counts once
     * @param now like {@link System#nanoTime()}
     */
    void add(String name, String what, long now) {
        forget(now);
        Fault known = byName.remove(name);
        boolean several = known != null && (known.several() || !known.what().equals(what));
        byName.put(name, new Fault(what, several, now));
        if (byName.size() > MOST) {
            byName.remove(byName.keySet().iterator().next());
        }
    }

    /** Whether there can be none, so that it need not be known who wrote an event. */
    boolean isNone(long now) {
        forget(now);
        return byName.isEmpty();
    }

    boolean contains(String name, long now) {
        forget(now);
        Fault known = byName.get(name);
        return known != null && known.several();
    }

    private void forget(long now) {
        Iterator<Fault> oldest = byName.values().iterator();
        while (oldest.hasNext() && now - oldest.next().lastAt() >= LATELY_NANOS) {
            oldest.remove();
        }
    }
}
