package dev.portcullis.edge.tcp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which TCP connections may wait before their upgrade. At a limit the newcomer comes in and the connection that has waited
 * longest goes, unless its handshake is being judged: who holds sockets open shuts nobody out (CWE-400). But a connection
 * stays for a time of grace, and the newcomer goes where nobody has had it: a flood of connects takes chances from
 * newcomers, who can try again, and can't end a handshake that goes on.
 */
final class PendingConnections<C> {
    private final PendingLimits limits;

    /** In the order of their coming, or beginning anew, so that the first is the first to be late. */
    private final Map<C, Entry<C>> all = new LinkedHashMap<>();

    private final Map<String, Address<C>> byAddress = new HashMap<>();
    private final LinkedHashSet<C> evictable = new LinkedHashSet<>();

    /** A connection that has to be closed. */
    record Closed<C>(C connection, List<String> addresses, PendingEnd why) {}

    private record Entry<C>(C connection, List<String> addresses, long since) {}

    private static final class Address<C> {
        private final LinkedHashSet<C> evictable = new LinkedHashSet<>();
        private int count;
    }

    PendingConnections(PendingLimits limits) {
        this.limits = limits;
    }

    /**
     * Takes a connection in.
     *
     * @param addresses the keys its address counts under, narrowest first, wider ones for eight times as many; none for a
     *     trusted proxy, behind which all clients come
     * @return who has to go for it; the newcomer itself, if nobody else can
     */
    synchronized Optional<Closed<C>> admit(C connection, List<String> addresses, long now) {
        Entry<C> entry = new Entry<>(connection, addresses, now);
        int max = limits.perAddress();
        for (String key : addresses) {
            Address<C> address = byAddress.get(key);
            if (address != null && address.count >= max) {
                return Optional.of(replace(address.evictable, entry, PendingEnd.ADDRESS_LIMIT));
            }
            max *= 8;
        }
        if (all.size() >= limits.total()) {
            return Optional.of(replace(evictable, entry, PendingEnd.NODE_LIMIT));
        }
        add(entry);
        return Optional.empty();
    }

    /** Its handshake is complete and being judged: it does not go for another one. */
    synchronized void protect(C connection) {
        Entry<C> entry = all.get(connection);
        if (entry != null) {
            evictable.remove(connection);
            entry.addresses().forEach(key -> addressOf(key).evictable.remove(connection));
        }
    }

    /** A request has come: the connection goes for no other one, and its time begins anew. */
    synchronized void requested(C connection, long now) {
        restart(connection, now);
        protect(connection);
    }

    /** The request is answered: the connection waits for the next one, behind all others that wait. */
    synchronized void answered(C connection, long now) {
        restart(connection, now);
    }

    /** It has upgraded, or is closed. */
    synchronized void remove(C connection) {
        Entry<C> entry = all.remove(connection);
        if (entry != null) {
            evictable.remove(connection);
            for (String key : entry.addresses()) {
                Address<C> address = addressOf(key);
                address.evictable.remove(connection);
                if (--address.count == 0) {
                    byAddress.remove(key);
                }
            }
        }
    }

    synchronized boolean contains(C connection) {
        return all.containsKey(connection);
    }

    /** Those whose time is over; they do not count any more. */
    synchronized List<Closed<C>> removeExpired(long now) {
        List<Closed<C>> late = new ArrayList<>();
        for (Entry<C> entry : all.values()) {
            if (now - entry.since() < limits.lifetimeMs()) {
                break;
            }
            late.add(new Closed<>(entry.connection(), entry.addresses(), PendingEnd.DEADLINE));
        }
        late.forEach(each -> remove(each.connection()));
        return late;
    }

    synchronized int size() {
        return all.size();
    }

    private Closed<C> replace(Set<C> candidates, Entry<C> newcomer, PendingEnd why) {
        Entry<C> oldest =
                candidates.isEmpty() ? null : all.get(candidates.iterator().next());
        if (oldest == null || newcomer.since() - oldest.since() < limits.graceMs()) {
            return new Closed<>(newcomer.connection(), newcomer.addresses(), why);
        }
        remove(oldest.connection());
        add(newcomer);
        return new Closed<>(oldest.connection(), oldest.addresses(), why);
    }

    private void restart(C connection, long now) {
        Entry<C> entry = all.get(connection);
        if (entry != null) {
            remove(connection);
            add(new Entry<>(connection, entry.addresses(), now));
        }
    }

    private void add(Entry<C> entry) {
        all.put(entry.connection(), entry);
        evictable.add(entry.connection());
        for (String key : entry.addresses()) {
            Address<C> address = addressOf(key);
            address.count++;
            address.evictable.add(entry.connection());
        }
    }

    private Address<C> addressOf(String key) {
        return byAddress.computeIfAbsent(key, any -> new Address<>());
    }
}
