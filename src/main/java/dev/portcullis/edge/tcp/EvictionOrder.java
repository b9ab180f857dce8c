package dev.portcullis.edge.tcp;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which connection gives way first: of those that have sent nothing, or a part of a request, the one that waits longest, however
 * short that is, since nothing has come of it yet; else of the others the one that waits longest, if it has waited long enough.
 */
final class EvictionOrder<C> {
    private final Set<C> firstToGo = new LinkedHashSet<>();
    private final Set<C> others = new LinkedHashSet<>();

    /** Behind all others of its kind. */
    void add(C connection, boolean goesFirst) {
        remove(connection);
        (goesFirst ? firstToGo : others).add(connection);
    }

    void remove(C connection) {
        firstToGo.remove(connection);
        others.remove(connection);
    }

    /** @param hasWaited whether one that has brought a request may give way */
    Optional<C> first(Predicate<C> hasWaited) {
        return firstToGo.stream()
                .findFirst()
                .or(() -> others.stream().findFirst().filter(hasWaited));
    }
}
