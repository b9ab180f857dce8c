package dev.portcullis.audit.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Counts by the constants of an enum; constants with the same id share a count. Counting costs one array access and one
 * addition; no label comes from outside.
 */
public final class EnumCounters<E extends Enum<E>> {
    private final Map<E, LongAdder> counts;

    EnumCounters(MeterRegistry registry, String name, String label, Class<E> type, Function<E, String> id) {
        this(registry, name, Tags.empty(), label, type, id);
    }

    /** @param fixed labels that all of its counts have */
    EnumCounters(MeterRegistry registry, String name, Tags fixed, String label, Class<E> type, Function<E, String> id) {
        this.counts = new EnumMap<>(type);
        Map<String, LongAdder> byId = new HashMap<>();
        for (E each : type.getEnumConstants()) {
            counts.put(
                    each,
                    byId.computeIfAbsent(id.apply(each), value -> counter(registry, name, fixed.and(label, value))));
        }
    }

    public void add(E each) {
        requireNonNull(counts.get(each)).increment();
    }

    static LongAdder counter(MeterRegistry registry, String name, String... tags) {
        return counter(registry, name, Tags.of(tags));
    }

    /** The function refers to the adder strongly, since a registry refers to the counted object only weakly. */
    private static LongAdder counter(MeterRegistry registry, String name, Tags tags) {
        LongAdder count = new LongAdder();
        FunctionCounter.builder(name, count, any -> count.sum()).tags(tags).register(registry);
        return count;
    }
}
