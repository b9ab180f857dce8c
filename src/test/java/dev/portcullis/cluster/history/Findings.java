package dev.portcullis.cluster.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The findings of a check, bounded in number. */
final class Findings {
    private static final int MOST = 1_000;

    private final List<Finding> found = new ArrayList<>();

    void add(Fault fault, String what, Moment... excerpt) {
        if (found.size() < MOST) {
            found.add(new Finding(fault, what, Arrays.asList(excerpt)));
        }
    }

    void add(Fault fault, String what, Observation... excerpt) {
        add(fault, what, Stream.of(excerpt).map(Observation::moment).toArray(Moment[]::new));
    }

    List<Finding> all() {
        return List.copyOf(found);
    }
}
