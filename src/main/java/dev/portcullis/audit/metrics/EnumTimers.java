package dev.portcullis.audit.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Histograms of durations by the constants of an enum. */
public final class EnumTimers<E extends Enum<E>> {
    private final Map<E, Timer> timers;

    /** @param timer makes the timer of a value of the label */
    EnumTimers(Class<E> type, Function<E, String> id, Function<String, Timer> timer) {
        this.timers = new EnumMap<>(type);
        for (E each : type.getEnumConstants()) {
            timers.put(each, timer.apply(id.apply(each)));
        }
    }

    public void record(E each, long nanos) {
        requireNonNull(timers.get(each)).record(nanos, TimeUnit.NANOSECONDS);
    }
}
