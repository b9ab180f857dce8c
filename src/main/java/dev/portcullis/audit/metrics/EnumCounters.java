package dev.portcullis.audit.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** Counts by the values of a closed set; those of one word are counted together. Adding is a look into an array and an add; no label comes from outside. */
public final class EnumCounters<E extends Enum<E>> {
    private final Map<E, LongAdder> counts;

    EnumCounters(MeterRegistry registry, String name, String label, Class<E> of, Function<E, String> word) {
        this.counts = new EnumMap<>(of);
        Map<String, LongAdder> byWord = new HashMap<>();
        for (E each : of.getEnumConstants()) {
            counts.put(each, byWord.computeIfAbsent(word.apply(each), value -> counter(registry, name, label, value)));
        }
    }

    public void add(E each) {
        requireNonNull(counts.get(each)).increment();
    }

    /** The function holds the adder itself, since a registry refers to the counted object only weakly. */
    static LongAdder counter(MeterRegistry registry, String name, String... tags) {
        LongAdder count = new LongAdder();
        FunctionCounter.builder(name, count, any -> count.sum()).tags(tags).register(registry);
        return count;
    }
}
