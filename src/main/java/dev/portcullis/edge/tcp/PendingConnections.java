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
 * Decides which TCP connections may wait for their upgrade. At a limit a new connection evicts the one that has waited
 * longest, unless its handshake is being checked: a client that holds sockets open locks out no other (CWE-400). Each
 * connection is safe for a grace period. If all are within theirs, the new connection is closed instead: a flood of
 * connects may refuse new clients, which can retry, and can't end a handshake in progress.
 */
final class PendingConnections<C> {
    private final PendingLimits limits;

    /** In the order of their (re)start, so that the first is the first to expire. */
    private final Map<C, Entry<C>> all = new LinkedHashMap<>();

    /** When those end that have a time of their own. */
    private final Map<C, Long> extended = new HashMap<>();

    private final Map<String, Address<C>> byAddress = new HashMap<>();
    private final LinkedHashSet<C> evictable = new LinkedHashSet<>();

    /** A connection that must be closed. */
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
     * Adds a connection.
     *
     * @param addresses the keys that its address counts under, narrowest first; each wider key allows eight times as
     *     many. Empty for a trusted proxy, behind which all clients connect
     * @return the connection that must be closed for it, which is the new one if no other can be evicted
     */
    synchronized Optional<Closed<C>> admit(C connection, List<String> addresses, long now) {
        Entry<C> entry = new Entry<>(connection, addresses, now);
        Optional<Closed<C>> closed = findFull(addresses)
                .map(address -> evictFor(entry, address))
                .or(() -> all.size() >= limits.total()
                        ? Optional.of(evict(evictable, entry, PendingEnd.NODE_LIMIT))
                        : Optional.empty());
        if (closed.filter(each -> each.connection() == connection).isEmpty()) {
            add(entry);
        }
        return closed;
    }

    private Optional<Address<C>> findFull(List<String> addresses) {
        int max = limits.perAddress();
        for (String key : addresses) {
            Address<C> address = byAddress.get(key);
            if (address != null && address.count >= max) {
                return Optional.of(address);
            }
            max *= 8;
        }
        return Optional.empty();
    }

    /**
     * Counts a connection under the address that was named for it. Its place among all, and so its end, stay.
     *
     * @return the connection that must be closed for it, which is itself if no other can be evicted
     */
    synchronized Optional<Closed<C>> identify(C connection, List<String> addresses) {
        Entry<C> before = all.get(connection);
        if (before == null) {
            return Optional.empty(); // evicted meanwhile
        }
        Entry<C> entry = new Entry<>(connection, addresses, before.since());
        Optional<Closed<C>> closed = findFull(addresses).map(address -> evictFor(entry, address));
        if (closed.filter(each -> each.connection() == connection).isPresent()) {
            remove(connection);
        } else {
            all.replace(connection, entry);
            count(entry);
        }
        return closed;
    }

    /** Protects a connection from eviction: its handshake is being checked. */
    synchronized void protect(C connection) {
        Entry<C> entry = all.get(connection);
        if (entry != null) {
            evictable.remove(connection);
            entry.addresses().forEach(key -> addressOf(key).evictable.remove(connection));
        }
    }

    /** The connection transfers a file: it may stay until then, counts on, and is protected from eviction. */
    synchronized void extend(C connection, long until) {
        if (all.containsKey(connection)) {
            extended.put(connection, until);
            protect(connection);
        }
    }

    /** A request has arrived: the connection is protected from eviction and its time restarts. */
    synchronized void requested(C connection, long now) {
        restart(connection, now);
        protect(connection);
    }

    /** The response was given: the connection waits for its next request, behind all others. */
    synchronized void answered(C connection, long now) {
        restart(connection, now);
    }

    /** Removes a connection that has upgraded or closed. */
    synchronized void remove(C connection) {
        Entry<C> entry = all.remove(connection);
        if (entry != null) {
            extended.remove(connection);
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

    /** Removes and returns the connections whose time is over. */
    synchronized List<Closed<C>> removeExpired(long now) {
        List<Closed<C>> expired = new ArrayList<>();
        for (Entry<C> entry : all.values()) {
            Long until = extended.get(entry.connection());
            if (until != null && now < until) {
                continue;
            }
            if (until == null && now - entry.since() < limits.lifetimeMs()) {
                break;
            }
            expired.add(new Closed<>(entry.connection(), entry.addresses(), PendingEnd.DEADLINE));
        }
        expired.forEach(each -> remove(each.connection()));
        return expired;
    }

    synchronized int size() {
        return all.size();
    }

    private Closed<C> evictFor(Entry<C> newcomer, Address<C> address) {
        return evict(address.evictable, newcomer, PendingEnd.ADDRESS_LIMIT);
    }

    private Closed<C> evict(Set<C> candidates, Entry<C> newcomer, PendingEnd why) {
        Entry<C> oldest =
                candidates.isEmpty() ? null : all.get(candidates.iterator().next());
        if (oldest == null || newcomer.since() - oldest.since() < limits.graceMs()) {
            return new Closed<>(newcomer.connection(), newcomer.addresses(), why);
        }
        remove(oldest.connection());
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
        count(entry);
    }

    private void count(Entry<C> entry) {
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
