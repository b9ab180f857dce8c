package dev.portcullis.edge.tcp;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which connection gives way first: of the kind that has most of them, so that a flood of one kind takes no places from the others,
 * the one that waits longest. Nothing has come yet of one without a whole request, so it goes however short it waits.
 */
final class EvictionOrder<C> {
    private final Map<Kind, Set<C>> byKind = new EnumMap<>(Kind.class);

    /** What a connection waits for. Among kinds of as many the first gives way first. */
    enum Kind {
        /** Its request. */
        HEAD,
        /** The body of its request. */
        BODY,
        /** The next request, or the answer to one that proves nothing. */
        OTHER
    }

    /** Behind all others of its kind. */
    void add(C connection, Kind kind) {
        remove(connection);
        byKind.computeIfAbsent(kind, any -> new LinkedHashSet<>()).add(connection);
    }

    void remove(C connection) {
        byKind.values().forEach(each -> each.remove(connection));
    }

    /** @param hasWaited whether one that has brought a request may give way */
    Optional<C> first(Predicate<C> hasWaited) {
        return byKind.entrySet().stream()
                .sorted(Comparator.comparingInt(each -> -each.getValue().size()))
                .flatMap(each -> each.getValue().stream()
                        .findFirst()
                        .filter(eldest -> each.getKey() != Kind.OTHER || hasWaited.test(eldest))
                        .stream())
                .findFirst();
    }
}
