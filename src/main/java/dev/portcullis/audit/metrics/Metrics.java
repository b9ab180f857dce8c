package dev.portcullis.audit.metrics;

import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * What a node counts and times, under the names of the protocol page; {@link Gauges} has what it measures. One instance
 * for each node, used by all its threads.
 */
public final class Metrics {
    private static final String CONNECTIONS_CLOSED = "portcullis.connections.closed";

    private final MeterRegistry registry;
    private final Gauges gauges;
    private final Traffic traffic;
    private final LongAdder connections = new LongAdder();
    private final LongAdder opened;
    private final LongAdder heartbeatTimeouts;
    private final LongAdder slowReaders;
    private final LongAdder closedByClient;
    private final EnumCounters<CloseCode> closes;
    private final LongAdder limited;
    private final EnumCounters<Reason> refusals;
    private final EnumCounters<AuthRefusal> authFailures;
    private final EnumCounters<FrameType> frames;
    private final Timer publish;
    private final Timer delivery;
    private final Timer revocation;
    private final LongAdder busBytes;
    private final LongAdder busDrops;
    private final LongAdder busUndecodable;
    private final LongAdder breakersOpened;
    private final LongAdder nodesLost;
    private final LongAdder nodeLeasesLost;
    private final LongAdder cutoffsMissed;
    private final LongAdder inboxTrimmed;
    private final LongAdder httpRequestsRefused;
    private final LongAdder certificatesRefused;
    private final LongAdder workNotRun;
    private final LongAdder signaturesNotChecked;
    private final Map<String, LongAdder> limitsObserved = new ConcurrentHashMap<>();

    public Metrics(MeterRegistry registry) {
        this.registry = registry;
        this.gauges = new Gauges(registry);
        this.traffic = new Traffic(registry);
        this.opened = EnumCounters.counter(registry, "portcullis.connections.opened");
        this.heartbeatTimeouts = EnumCounters.counter(registry, "portcullis.heartbeat.terminations");
        this.slowReaders = EnumCounters.counter(registry, "portcullis.slow.reader.closes");
        this.closes = new EnumCounters<>(
                registry, CONNECTIONS_CLOSED, "code", CloseCode.class, code -> Short.toString(code.code()));
        this.closedByClient = EnumCounters.counter(registry, CONNECTIONS_CLOSED, "code", "none");
        this.refusals = new EnumCounters<>(registry, "portcullis.refusals", "reason", Reason.class, Reason::id);
        this.limited = EnumCounters.counter(registry, "portcullis.refusals", "reason", "rate_limited");
        this.authFailures =
                new EnumCounters<>(registry, "portcullis.auth.failures", "reason", AuthRefusal.class, AuthRefusal::id);
        this.frames = new EnumCounters<>(registry, "portcullis.frames", "type", FrameType.class, FrameType::id);
        this.publish = EnumTimers.timer(registry, "portcullis.publish");
        this.delivery = EnumTimers.timer(registry, "portcullis.delivery");
        this.revocation = EnumTimers.timer(registry, "portcullis.revocation");
        this.busBytes = EnumCounters.counter(registry, "portcullis.bus.sent.bytes");
        this.busDrops = EnumCounters.counter(registry, "portcullis.bus.dropped");
        this.busUndecodable = EnumCounters.counter(registry, "portcullis.bus.undecodable");
        this.breakersOpened = EnumCounters.counter(registry, "portcullis.breakers.opened");
        this.nodesLost = EnumCounters.counter(registry, "portcullis.nodes.lost");
        this.nodeLeasesLost = EnumCounters.counter(registry, "portcullis.node.leases.lost");
        this.cutoffsMissed = EnumCounters.counter(registry, "portcullis.cutoffs.missed");
        this.inboxTrimmed = EnumCounters.counter(registry, "portcullis.inbox.trimmed");
        this.httpRequestsRefused = EnumCounters.counter(registry, "portcullis.http.requests.limited");
        this.certificatesRefused = EnumCounters.counter(registry, "portcullis.tls.certificates.refused");
        this.workNotRun = EnumCounters.counter(registry, "portcullis.workers.refused");
        this.signaturesNotChecked = EnumCounters.counter(registry, "portcullis.signatures.refused");
        gauges.watchConnections(connections::sum);
    }

    /** What is measured when the metrics are read. */
    public Gauges gauges() {
        return gauges;
    }

    public Traffic traffic() {
        return traffic;
    }

    /** Call once for a family: of two counters with the same name only the first is visible. */
    public <E extends Enum<E>> EnumCounters<E> counters(CounterFamily family, Class<E> type, Function<E, String> id) {
        return new EnumCounters<>(registry, family.meter(), family.label(), type, id);
    }

    /** @param names of the configuration, which bounds them */
    public NamedCounters counters(CounterFamily family, Collection<String> names) {
        return new NamedCounters(registry, family.meter(), family.label(), names);
    }

    public void connectionOpened() {
        opened.increment();
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
            heartbeatTimeouts.increment();
        } else if (code == CloseCode.TOO_SLOW) {
            slowReaders.increment();
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
        return limitsObserved.computeIfAbsent(
                limit, id -> EnumCounters.counter(registry, "portcullis.limits.observed", "limit", id));
    }

    public void authFailed(AuthRefusal reason) {
        authFailures.add(reason);
    }

    /** From receiving a frame to its ack. */
    public void publishTimed(long nanos) {
        publish.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** From a message's append to its write to a socket. */
    public void deliveryTimed(long nanos) {
        delivery.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** From cutting a session off to the close of its connection. */
    public void revocationTimed(long nanos) {
        revocation.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A request, a response or a batch of notices was sent to another node. */
    public void busSent(int bytes) {
        busBytes.add(bytes);
    }

    /** A notice was not sent to another node that is too slow. */
    public void busDropped() {
        busDrops.increment();
    }

    /** A circuit breaker of a stage instance opened. */
    public void breakerOpened() {
        breakersOpened.increment();
    }

    /** Another node left the cluster without a graceful stop. */
    public void nodeLost() {
        nodesLost.increment();
    }

    /** An append of this node took the place of entries of an inbox that were not delivered. */
    public void inboxTrimmed(int entries) {
        inboxTrimmed.add(entries);
    }

    /** This node lost its lease. */
    public void nodeLeaseLost() {
        nodeLeasesLost.increment();
    }

    /** Cut-offs were lost, so the ended sessions of that time are not known. */
    public void cutoffsMissed() {
        cutoffsMissed.increment();
    }

    /** An address exceeded its requests to the public listener. */
    public void httpRequestRefused() {
        httpRequestsRefused.increment();
    }

    /** The files of the listener's certificate hold one that can't be served. */
    public void certificateRefused() {
        certificatesRefused.increment();
    }

    /** Slow work was not run, because too much of it was waiting. */
    public void workNotRun() {
        workNotRun.increment();
    }

    /** A token's signature was not checked, because too many were waiting. */
    public void signatureNotChecked() {
        signaturesNotChecked.increment();
    }

    public <E extends Enum<E>> EnumTimers<E> outgoingCalls(Class<E> services, Function<E, String> id) {
        return new EnumTimers<>(registry, "portcullis.outgoing", "service", services, id);
    }

    /** A message from another node could not be decoded. */
    public void busUndecodable() {
        busUndecodable.increment();
    }

    /** Starts at which the audit files lacked lines that the store knows. */
    public LongAdder auditGaps() {
        return EnumCounters.counter(registry, "portcullis.audit.gaps");
    }

    /** @param origin who decides the bans that are counted */
    public <E extends Enum<E>> EnumCounters<E> bans(String origin, Class<E> kinds, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.bans", Tags.of("origin", origin), "kind", kinds, id);
    }

    public <E extends Enum<E>> EnumTimers<E> busRequests(Class<E> stages, Function<E, String> id) {
        return new EnumTimers<>(registry, "portcullis.bus.request", "stage", stages, id);
    }

    public <E extends Enum<E>> EnumTimers<E> storeOperations(Class<E> operations, Function<E, String> id) {
        return new EnumTimers<>(registry, "portcullis.store", "operation", operations, id);
    }
}
