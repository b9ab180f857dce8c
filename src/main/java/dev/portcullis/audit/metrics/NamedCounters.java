package dev.portcullis.audit.metrics;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** Counts by names from the configuration. An event under none of them counts as {@value #OTHER}. */
public final class NamedCounters {
    private static final String OTHER = "other";

    private final Map<String, LongAdder> counts = new HashMap<>();

    /** @param counter makes the counter of a name */
    NamedCounters(Collection<String> names, Function<String, LongAdder> counter) {
        counts.put(OTHER, counter.apply(OTHER));
        names.forEach(name -> counts.computeIfAbsent(name, counter));
    }

    public void add(String name) {
        LongAdder named = counts.get(name);
        (named == null ? Objects.requireNonNull(counts.get(OTHER)) : named).increment();
    }
}
