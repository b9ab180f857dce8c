package dev.portcullis.edge.tcp;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How many connections count, in all and for each address, and which of them may be evicted, the one that waits longest
 * first.
 */
final class PendingCounts<C> {
    private static final int WIDER_FACTOR = 8;

    private final Map<String, Address<C>> byAddress = new HashMap<>();
    private final Set<C> evictable = new LinkedHashSet<>();
    private int size;

    private static final class Address<C> {
        private final Set<C> evictable = new LinkedHashSet<>();
        private int count;
    }

    int size() {
        return size;
    }

    void add(List<String> addresses) {
        size++;
        addresses.forEach(key -> addressOf(key).count++);
    }

    void remove(C connection, List<String> addresses) {
        protect(connection, addresses);
        size--;
        for (String key : addresses) {
            if (--addressOf(key).count == 0) {
                byAddress.remove(key);
            }
        }
    }

    /** Behind all others. The connection counts. */
    void makeEvictable(C connection, List<String> addresses) {
        protect(connection, addresses);
        evictable.add(connection);
        addresses.forEach(key -> addressOf(key).evictable.add(connection));
    }

    void protect(C connection, List<String> addresses) {
        evictable.remove(connection);
        addresses.forEach(key -> addressOf(key).evictable.remove(connection));
    }

    Set<C> evictable() {
        return evictable;
    }

    /**
     * Those that may be evicted of the narrowest network that is full; empty where none is.
     *
     * @param addresses narrowest first
     * @param perAddress connections of the narrowest; each wider one may have eight times as many
     */
    Optional<Set<C>> evictableOfFull(List<String> addresses, int perAddress) {
        int max = perAddress;
        for (String key : addresses) {
            Address<C> address = byAddress.get(key);
            if (address != null && address.count >= max) {
                return Optional.of(address.evictable);
            }
            max *= WIDER_FACTOR;
        }
        return Optional.empty();
    }

    private Address<C> addressOf(String key) {
        return byAddress.computeIfAbsent(key, any -> new Address<>());
    }
}
