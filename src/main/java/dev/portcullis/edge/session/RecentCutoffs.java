package dev.portcullis.edge.session;

import dev.portcullis.edge.connection.ConnectionKey;
import dev.portcullis.streams.cutoff.Cutoff;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The recent cut-offs. A session is registered before its connection: one that is cut off in between must not open after all
 * (CWE-367). Entries are kept until the leases of all nodes that may not have read them have expired, so that they can be
 * published again if the store lost them. Written by the node's follower, read by all event loops.
 */
public final class RecentCutoffs {
    private static final long RETENTION_MS = 60_000;

    private final int maxEntries;
    private final Map<ConnectionKey, List<Entry>> byKey = new ConcurrentHashMap<>(); // newest first
    private final Map<InLane, Entry> latest = new HashMap<>(); // used by the follower only, like the next
    private final Deque<Entry> oldestFirst = new ArrayDeque<>();
    private long added;

    /**
     * @param lane of the stream that holds it
     * @param publishedAt by the clock of the publisher
     */
    record TimedCutoff(Cutoff cutoff, int lane, long publishedAt) {}

    /** A cut-off that does not tell its user stands in every lane. */
    private record InLane(Cutoff cutoff, int lane) {}

    /** @param number tells it from others with the same content */
    private record Entry(TimedCutoff timedCutoff, long notedAt, long number) {
        InLane inLane() {
            return new InLane(timedCutoff.cutoff(), timedCutoff.lane());
        }

        ConnectionKey key() {
            return CutoffScope.key(timedCutoff.cutoff());
        }

        boolean isExpired(long now) {
            return now - notedAt > RETENTION_MS;
        }
    }

    RecentCutoffs(int maxEntries) {
        this.maxEntries = maxEntries;
    }

    /** A cut-off that is published again is kept for as long as a new one. */
    void add(TimedCutoff cutoff, long now) {
        Entry entry = new Entry(cutoff, now, added++);
        Entry replaced = latest.put(entry.inLane(), entry);
        if (replaced != null) {
            unlink(replaced);
        }
        byKey.merge(
                entry.key(),
                List.of(entry),
                (old, one) -> Stream.concat(one.stream(), old.stream()).toList());
        oldestFirst.add(entry);
        while (oldestFirst.size() > maxEntries || oldestFirst.element().isExpired(now)) {
            Entry oldest = oldestFirst.remove();
            if (latest.remove(oldest.inLane(), oldest)) {
                unlink(oldest);
            }
        }
    }

    /**
     * The cut-offs under one of these keys, the newest of each first. One that is over must not be found: a ban may have been
     * lifted since.
     */
    List<TimedCutoff> find(Collection<ConnectionKey> keys, long now) {
        List<TimedCutoff> found = new ArrayList<>(0);
        for (ConnectionKey key : keys) {
            for (Entry entry : byKey.getOrDefault(key, List.of())) {
                if (!entry.isExpired(now)) {
                    found.add(entry.timedCutoff());
                }
            }
        }
        return found;
    }

    /** The unexpired ones of a lane, newest first: a store that forks loses the newest first. */
    List<Cutoff> newestFirst(int lane, long now) {
        List<Cutoff> all = new ArrayList<>();
        oldestFirst.stream()
                .filter(each -> each.timedCutoff().lane() == lane)
                .filter(each -> !each.isExpired(now) && each.equals(latest.get(each.inLane())))
                .forEach(each -> all.add(each.timedCutoff().cutoff()));
        Collections.reverse(all);
        return all;
    }

    private void unlink(Entry entry) {
        byKey.computeIfPresent(entry.key(), (any, all) -> {
            List<Entry> left = all.stream().filter(each -> !each.equals(entry)).toList();
            return left.isEmpty() ? null : left;
        });
    }
}
