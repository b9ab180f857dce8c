package dev.portcullis.cluster.history;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A broken promise of the protocol.
 *
 * @param excerpt the few moments of the history that show it
 */
public record Finding(Fault fault, String what, List<Moment> excerpt) {
    public Finding {
        excerpt = excerpt.stream()
                .distinct()
                .sorted(Comparator.comparingLong(Moment::at))
                .toList();
    }

    @Override
    public String toString() {
        return fault + ": " + what
                + excerpt.stream().map(moment -> "\n  " + moment).collect(Collectors.joining());
    }
}
