package dev.portcullis.audit.metrics;

import static java.util.Objects.requireNonNull;

import dev.portcullis.audit.metrics.Metric.Kind;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.stream.Stream;

/** Counts, times and measures what {@link Metric} names. One instance for each node, used by all its threads. */
public final class Metrics {
    private final MeterRegistry registry;
    private final Map<Metric, LongAdder> counters = new EnumMap<>(Metric.class);
    private final Map<Metric, Timer> timers = new EnumMap<>(Metric.class);
    private final LongAdder connections = new LongAdder();
    private final EnumCounters<CloseCode> closes;
    private final LongAdder closedByClient;
    private final EnumCounters<Reason> refusals;
    private final LongAdder limited;
    private final EnumCounters<AuthRefusal> authFailures;
    private final EnumCounters<FrameType> frames;
    private final Traffic traffic;
    private final Map<String, LongAdder> limitsObserved = new ConcurrentHashMap<>();

    public Metrics(MeterRegistry registry) {
        this.registry = registry;
        Stream.of(Metric.values()).forEach(this::open);
        this.closes = counters(Metric.CONNECTIONS_CLOSED, CloseCode.class, code -> Short.toString(code.code()));
        this.closedByClient = Metric.CONNECTIONS_CLOSED.counter(registry, "none");
        this.refusals = counters(Metric.REFUSALS, Reason.class, Reason::id);
        this.limited = Metric.REFUSALS.counter(registry, "rate_limited");
        this.authFailures = counters(Metric.AUTH_FAILURES, AuthRefusal.class, AuthRefusal::id);
        this.frames = counters(Metric.FRAMES, FrameType.class, FrameType::id);
        this.traffic = new Traffic(registry, this::count);
        measure(Metric.CONNECTIONS, connections::sum);
    }

    /** Counts nothing, where no registry is read. */
    public static Metrics uncounted() {
        return new Metrics(new CompositeMeterRegistry());
    }

    private void open(Metric metric) {
        if (metric.isSingle(Kind.COUNTER)) {
            counters.put(metric, metric.counter(registry));
        } else if (metric.isSingle(Kind.TIMER)) {
            timers.put(metric, metric.timer(registry));
        }
    }

    public void count(Metric metric) {
        count(metric, 1);
    }

    public void count(Metric metric, long more) {
        requireNonNull(counters.get(metric)).add(more);
    }

    public void time(Metric metric, long nanos) {
        requireNonNull(timers.get(metric)).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** @param value read when the metrics are */
    public void measure(Metric metric, DoubleSupplier value) {
        metric.measure(registry, value);
    }

    public void measure(Metric metric, String label, DoubleSupplier value) {
        metric.measure(registry, value, label);
    }

    /** Call once for a metric: of two counters with the same name only the first is visible. */
    public <E extends Enum<E>> EnumCounters<E> counters(Metric metric, Class<E> type, Function<E, String> id) {
        return new EnumCounters<>(type, id, label -> metric.counter(registry, label));
    }

    /** @param first the value of the first of two labels, with which it is called once */
    public <E extends Enum<E>> EnumCounters<E> counters(
            Metric metric, String first, Class<E> type, Function<E, String> id) {
        return new EnumCounters<>(type, id, label -> metric.counter(registry, first, label));
    }

    /** @param names of the configuration, which bounds them */
    public NamedCounters counters(Metric metric, Collection<String> names) {
        return new NamedCounters(names, name -> metric.counter(registry, name));
    }

    public <E extends Enum<E>> EnumTimers<E> timers(Metric metric, Class<E> type, Function<E, String> id) {
        return new EnumTimers<>(type, id, label -> metric.timer(registry, label));
    }

    public Traffic traffic() {
        return traffic;
    }

    public void connectionOpened() {
        count(Metric.CONNECTIONS_OPENED);
        connections.increment();
    }

    /** @param code the close code that this node sent, if it closed the connection */
    public void connectionClosed(Optional<CloseCode> code) {
        connections.decrement();
        code.ifPresentOrElse(this::closed, closedByClient::increment);
    }

    private void closed(CloseCode code) {
        closes.add(code);
        if (code == CloseCode.HEARTBEAT_TIMEOUT) {
            count(Metric.HEARTBEAT_TERMINATIONS);
        } else if (code == CloseCode.TOO_SLOW) {
            count(Metric.SLOW_READER_CLOSES);
        }
    }

    public void frame(FrameType type) {
        frames.add(type);
    }

    public void refused(Rejection reason) {
        reason.fold(
                limit -> {
                    limited.increment();
                    return reason;
                },
                failed -> {
                    refusals.add(failed.reason());
                    return reason;
                });
    }

    /** @param limit the id of a limit that only observes, and that an attempt exceeded; of a closed set */
    public void limitObserved(String limit) {
        observedLimit(limit).increment();
    }

    /** The counters of these limits are there before one is exceeded, so that a rate can be made of each. */
    public void showLimits(Collection<String> limits) {
        limits.forEach(this::observedLimit);
    }

    private LongAdder observedLimit(String limit) {
        return limitsObserved.computeIfAbsent(limit, id -> Metric.LIMITS_OBSERVED.counter(registry, id));
    }

    public void authFailed(AuthRefusal reason) {
        authFailures.add(reason);
    }
}
