package dev.portcullis.audit.metrics;

import static java.util.Objects.requireNonNull;

import dev.portcullis.audit.metrics.Metric.Kind;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.ClientAction;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;

/** Counts, times and measures what {@link Metric} names. One instance for each node, used by all its threads. */
public final class Metrics {
    private static final String NO_ACTION = "none";
    private static final String OTHER = "other";

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
    private final Map<LimitLabels, LongAdder> limitsExceeded = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> limitsObserved = new ConcurrentHashMap<>();

    /** The labels of an exceeded limit, of closed sets, so that the number of counters is bounded. */
    private record LimitLabels(Scope scope, Window window, Optional<ClientAction> action) {}

    public Metrics(MeterRegistry registry) {
        this.registry = registry;
        Stream.of(Metric.values()).forEach(this::open);
        this.closes = counters(Metric.CONNECTIONS_CLOSED, CloseCode.class, code -> Short.toString(code.code()));
        this.closedByClient = Metric.CONNECTIONS_CLOSED.counter(registry, "none");
        this.refusals = counters(Metric.REFUSALS, Reason.class, Reason::id);
        this.limited = Metric.REFUSALS.counter(registry, "rate_limited");
        this.authFailures = counters(Metric.AUTH_FAILURES, AuthRefusal.class, AuthRefusal::id);
        this.frames = counters(Metric.FRAMES, FrameType.class, FrameType::id);
        counter(new LimitLabels(
                Scope.USER, Window.BURST, Optional.empty())); // a metric is there before it first counts
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

    /**
     * Counts by names. A name that is none of these counts as {@value #OTHER}.
     *
     * @param names of the configuration, which bounds them
     */
    public Consumer<String> counters(Metric metric, Collection<String> names) {
        LongAdder other = metric.counter(registry, OTHER);
        Map<String, LongAdder> counts = new HashMap<>(Map.of(OTHER, other));
        names.forEach(name -> counts.computeIfAbsent(name, each -> metric.counter(registry, each)));
        return name -> counts.getOrDefault(name, other).increment();
    }

    /** Histograms of durations in nanoseconds. */
    public <E extends Enum<E>> ObjLongConsumer<E> timers(Metric metric, Class<E> type, Function<E, String> id) {
        Map<E, Timer> byConstant = new EnumMap<>(type);
        Stream.of(type.getEnumConstants())
                .forEach(each -> byConstant.put(each, metric.timer(registry, id.apply(each))));
        return (each, nanos) -> requireNonNull(byConstant.get(each)).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A frame of a client was received. */
    public void received(int bytes) {
        count(Metric.RECEIVED_BYTES, bytes);
    }

    /** One frame was handed to as many connections. */
    public void delivered(int receivers, int bytes) {
        count(Metric.DELIVERIES, receivers);
        count(Metric.DELIVERED_BYTES, (long) receivers * bytes);
    }

    /** A limit refused this, if it was read so far. */
    public void limited(Limited limit, Optional<ClientAction> action) {
        counter(new LimitLabels(limit.scope(), limit.window(), action)).increment();
    }

    private LongAdder counter(LimitLabels labels) {
        return limitsExceeded.computeIfAbsent(
                labels,
                each -> Metric.LIMITED.counter(
                        registry,
                        each.scope().id(),
                        each.window().id(),
                        each.action().map(ClientAction::id).orElse(NO_ACTION)));
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
