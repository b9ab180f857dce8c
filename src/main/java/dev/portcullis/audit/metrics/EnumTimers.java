package dev.portcullis.audit.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.LongStream;

/** Histograms of durations by the constants of an enum. */
public final class EnumTimers<E extends Enum<E>> {
    private static final Duration[] BOUNDS = LongStream.of(
                    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
                    2_500_000, 5_000_000)
            .mapToObj(micros -> Duration.ofNanos(micros * 1_000))
            .toArray(Duration[]::new);

    private final Map<E, Timer> timers;

    EnumTimers(MeterRegistry registry, String name, String label, Class<E> type, Function<E, String> id) {
        this.timers = new EnumMap<>(type);
        for (E each : type.getEnumConstants()) {
            timers.put(each, timer(registry, name, label, id.apply(each)));
        }
    }

    public void record(E each, long nanos) {
        requireNonNull(timers.get(each)).record(nanos, TimeUnit.NANOSECONDS);
    }

    static Timer timer(MeterRegistry registry, String name, String... tags) {
        return Timer.builder(name).tags(tags).serviceLevelObjectives(BOUNDS).register(registry);
    }
}
