package dev.portcullis.edge.connection;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the connections of an event loop by their keys. Each connection is in it once for each of its keys, so it is
 * bounded like their number. A set of one, which is the usual case, is immutable and small.
 */
final class ConnectionIndex<T> {
    private final Map<ConnectionKey.Kind, Map<String, Set<T>>> byKind = new EnumMap<>(ConnectionKey.Kind.class);

    ConnectionIndex() {
        for (ConnectionKey.Kind kind : ConnectionKey.Kind.values()) {
            byKind.put(kind, new HashMap<>());
        }
    }

    void add(ConnectionKey key, T connection) {
        of(key).merge(key.value(), Set.of(connection), ConnectionIndex::united);
    }

    void remove(ConnectionKey key, T connection) {
        of(key).computeIfPresent(
                        key.value(), (any, all) -> all.equals(Set.of(connection)) ? null : without(connection, all));
    }

    /** A copy: connections that are closed meanwhile leave the index. */
    List<T> find(ConnectionKey key) {
        return List.copyOf(of(key).getOrDefault(key.value(), Set.of()));
    }

    /** How many keys of a kind there are. */
    int size(ConnectionKey.Kind kind) {
        return byKind.getOrDefault(kind, Map.of()).size();
    }

    private Map<String, Set<T>> of(ConnectionKey key) {
        return byKind.getOrDefault(key.kind(), Map.of());
    }

    private static <T> Set<T> united(Set<T> all, Set<T> one) {
        if (all.containsAll(one)) {
            return all;
        }
        Set<T> united = all.size() == 1 ? new HashSet<>(all) : all;
        united.addAll(one);
        return united;
    }

    private static <T> Set<T> without(T connection, Set<T> all) {
        if (!all.contains(connection)) {
            return all;
        }
        all.remove(connection);
        return all.size() == 1 ? Set.copyOf(all) : all;
    }
}
