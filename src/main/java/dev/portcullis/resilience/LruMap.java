package dev.portcullis.resilience;

import java.util.LinkedHashMap;
import java.util.Map;

/** Forgets the entry that was used longest ago where it has too many. Not safe for threads. */
public final class LruMap<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    private final int most;

    /** @param most entries */
    public LruMap(int most) {
        super(16, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
