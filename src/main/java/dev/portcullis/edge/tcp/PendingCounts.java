package dev.portcullis.edge.tcp;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** How many connections count, in all and for each network, and in which order those of a network give way. */
final class PendingCounts<C> {
    private static final int WIDER_FACTOR = 8;

    /** The number of the fullest networks that are searched for an old connection: a full table costs a newcomer no more. */
    private static final int LOOKED_AT = 8;

    private final Map<String, Network<C>> byAddress = new HashMap<>();

    /** The networks that have a connection that can be evicted, by their number of connections. */
    private final TreeMap<Integer, Set<Network<C>>> byCount = new TreeMap<>();

    private final NavigableMap<Long, C> ofProxies = new TreeMap<>();
    private int size;

    /** The connections of a network that can be evicted, in the order of their places. */
    private static final class Network<C> {
        private final NavigableMap<Long, C> order = new TreeMap<>();
        private int count;

        /** 0 where it is in no rank. */
        private int rank;
    }

    int size() {
        return size;
    }

    /** @param addresses the keys of its networks, narrowest first; none for a trusted proxy */
    void add(List<String> addresses) {
        size++;
        addresses.forEach(key -> resize(addresses, key, 1));
    }

    void remove(long place, List<String> addresses) {
        protect(place, addresses);
        size--;
        addresses.forEach(key -> resize(addresses, key, -1));
    }

    /** @param place the lowest goes first */
    void makeEvictable(C connection, long place, List<String> addresses) {
        for (String key : addresses) {
            network(key).order.put(place, connection);
        }
        if (addresses.isEmpty()) {
            ofProxies.put(place, connection);
        }
        rank(addresses);
    }

    void protect(long place, List<String> addresses) {
        for (String key : addresses) {
            network(key).order.remove(place);
        }
        if (addresses.isEmpty()) {
            ofProxies.remove(place);
        }
        rank(addresses);
    }

    /** Whether one of the networks, or the node, has three quarters of the connections that it may have. */
    boolean isNearlyFull(List<String> addresses, int perAddress, int total) {
        int max = perAddress;
        for (String key : addresses) {
            if (isNearly(countOf(key), max)) {
                return true;
            }
            max *= WIDER_FACTOR;
        }
        return isNearly(size, total);
    }

    private static boolean isNearly(int count, int max) {
        return count >= max - max / 4;
    }

    /**
     * The order of the narrowest network that is full; empty where none is.
     *
     * @param perAddress connections of the narrowest; each wider one may have eight times as many
     */
    Optional<NavigableMap<Long, C>> ofFull(List<String> addresses, int perAddress) {
        int max = perAddress;
        for (String key : addresses) {
            Network<C> network = byAddress.get(key);
            if (network != null && network.count >= max) {
                return Optional.of(network.order);
            }
            max *= WIDER_FACTOR;
        }
        return Optional.empty();
    }

    /**
     * The orders of the networks that have at least as many connections as that of a newcomer, the fullest first: a client with
     * few does not give way to one with many. The order of trusted proxies, each of which stands for many clients, is the last.
     */
    Stream<NavigableMap<Long, C>> ofAtLeastAsFull(List<String> addresses) {
        int own = addresses.isEmpty() ? 0 : countOf(widest(addresses));
        return Stream.concat(
                byCount.tailMap(own, true).descendingMap().values().stream()
                        .flatMap(Set::stream)
                        .limit(LOOKED_AT)
                        .map(network -> network.order),
                Stream.of(ofProxies));
    }

    private int countOf(String key) {
        return Optional.ofNullable(byAddress.get(key))
                .map(network -> network.count)
                .orElse(0);
    }

    private void resize(List<String> addresses, String key, int by) {
        Network<C> network = network(key);
        network.count += by;
        rank(addresses);
        if (network.count == 0) {
            byAddress.remove(key);
        }
    }

    private void rank(List<String> addresses) {
        if (addresses.isEmpty()) {
            return;
        }
        Network<C> network = network(widest(addresses));
        int rank = network.order.isEmpty() ? 0 : network.count;
        if (rank == network.rank) {
            return;
        }
        byCount.computeIfPresent(network.rank, (any, same) -> {
            same.remove(network);
            return same.isEmpty() ? null : same;
        });
        if (rank > 0) {
            byCount.computeIfAbsent(rank, any -> new LinkedHashSet<>()).add(network);
        }
        network.rank = rank;
    }

    /** The widest network decides: otherwise a network of many addresses would have few connections at each. */
    private static String widest(List<String> addresses) {
        return addresses.get(addresses.size() - 1);
    }

    private Network<C> network(String key) {
        return byAddress.computeIfAbsent(key, any -> new Network<>());
    }
}
