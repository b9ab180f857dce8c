package dev.portcullis.hooks;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The users over whose events the application broke again and again lately. Else a few who write to many rooms keep it from
 * learning of all of these (CWE-400).
 */
final class FaultyAuthors {
    /** One may be an accident of the application. */
    private static final int TIMES = 2;

    private static final int MOST = 1_000;
    private static final long LATELY_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** In the order of their last faults. */
    private final Map<String, Fault> byUser = new LinkedHashMap<>();

    private record Fault(int times, long lastAt) {}

    /** @param now like {@link System#nanoTime()} */
    void add(String user, long now) {
        forget(now);
        Fault known = byUser.remove(user);
        byUser.put(user, new Fault(known == null ? 1 : known.times() + 1, now));
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
        return known != null && known.times() >= TIMES;
    }

    private void forget(long now) {
        Iterator<Fault> oldest = byUser.values().iterator();
        while (oldest.hasNext() && now - oldest.next().lastAt() >= LATELY_NANOS) {
            oldest.remove();
        }
    }
}
