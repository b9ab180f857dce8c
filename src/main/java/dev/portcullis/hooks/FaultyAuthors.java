package dev.portcullis.hooks;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The users over whose events of more than one key the application broke lately. Else a few who write to many rooms keep it from
 * learning of all of these (CWE-400). Those of one key hold up only that: they may be answers to an event that it has not.
 */
final class FaultyAuthors {
    private static final int MOST = 1_000;
    private static final long LATELY_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** In the order of their last faults. */
    private final Map<String, Fault> byUser = new LinkedHashMap<>();

    /** @param several whether there was one of another key too */
    private record Fault(String key, boolean several, long lastAt) {}

    /** @param now like {@link System#nanoTime()} */
    void add(String user, String key, long now) {
        forget(now);
        Fault known = byUser.remove(user);
        boolean several = known != null && (known.several() || !known.key().equals(key));
        byUser.put(user, new Fault(key, several, now));
        if (byUser.size() > MOST) {
            byUser.remove(byUser.keySet().iterator().next());
        }
    }

    /** Whether there can be none, so that it need not be known who wrote an event. */
    boolean isNone(long now) {
        forget(now);
        return byUser.isEmpty();
    }

    boolean contains(String user, long now) {
        forget(now);
        Fault known = byUser.get(user);
        return known != null && known.several();
    }

    private void forget(long now) {
        Iterator<Fault> oldest = byUser.values().iterator();
        while (oldest.hasNext() && now - oldest.next().lastAt() >= LATELY_NANOS) {
            oldest.remove();
        }
    }
}
