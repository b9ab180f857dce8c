package dev.portcullis.audit.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts by names that the configuration has. What is under none of them counts as {@value #OTHER}. */
public final class NamedCounters {
    private static final String OTHER = "other";

    private final Map<String, LongAdder> counts = new HashMap<>();

    NamedCounters(MeterRegistry registry, String meter, String label, Collection<String> names) {
        counts.put(OTHER, EnumCounters.counter(registry, meter, label, OTHER));
        names.forEach(name -> counts.computeIfAbsent(name, any -> EnumCounters.counter(registry, meter, label, any)));
    }

    public void add(String name) {
        LongAdder named = counts.get(name);
        (named == null ? Objects.requireNonNull(counts.get(OTHER)) : named).increment();
    }
}
