package dev.portcullis.audit.metrics;

import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The metrics of a node, under the names of the protocol page. One instance for each node, used by all its threads. */
public final class Metrics {
    private static final String CONNECTIONS_CLOSED = "portcullis.connections.closed";

    private final MeterRegistry registry;
    private final List<LongSupplier> retained = new CopyOnWriteArrayList<>();
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
    private final LongAdder httpRequestsRefused;
    private final LongAdder certificatesRefused;
    private final LongAdder workNotRun;
    private final LongAdder signaturesNotChecked;
    private final Map<String, LongAdder> limitsObserved = new ConcurrentHashMap<>();

    public Metrics(MeterRegistry registry) {
        this.registry = registry;
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
        this.httpRequestsRefused = EnumCounters.counter(registry, "portcullis.http.requests.limited");
        this.certificatesRefused = EnumCounters.counter(registry, "portcullis.tls.certificates.refused");
        this.workNotRun = EnumCounters.counter(registry, "portcullis.workers.refused");
        this.signaturesNotChecked = EnumCounters.counter(registry, "portcullis.signatures.refused");
        gauge("portcullis.connections", connections::sum);
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

    /** Bytes that wait for slow readers. */
    public void watchOutboxBytes(LongSupplier bytes) {
        gauge("portcullis.outbox.bytes", bytes);
    }

    /** Buffered bytes, in and out, of all connections together. */
    public void watchBufferedBytes(LongSupplier bytes, LongSupplier limit) {
        gauge("portcullis.buffered.bytes", bytes);
        gauge("portcullis.buffered.bytes.limit", limit);
    }

    public void watchMessageRate(Supplier<MessageRate> rate) {
        statistic("mean", () -> rate.get().mean());
        statistic("p99", () -> rate.get().p99());
    }

    /** A request, a response or a batch of notices was sent to another node. */
    public void busSent(int bytes) {
        busBytes.add(bytes);
    }

    /** A notice was not sent to another node that is too slow. */
    public void busDropped() {
        busDrops.increment();
    }

    /** Bytes of notices that other nodes have not acknowledged. */
    public void watchUnackedBytes(LongSupplier bytes) {
        gauge("portcullis.bus.unacked.bytes", bytes);
    }

    /** A circuit breaker of a stage instance opened. */
    public void breakerOpened() {
        breakersOpened.increment();
    }

    /** Another node left the cluster without a graceful stop. */
    public void nodeLost() {
        nodesLost.increment();
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

    /** When the certificate that the listener serves expires, in seconds since 1970; 0 without TLS. */
    public void watchCertificateEnd(LongSupplier seconds) {
        gauge("portcullis.tls.certificate.expiry.seconds", seconds);
    }

    /** Slow work was not run, because too much of it was waiting. */
    public void workNotRun() {
        workNotRun.increment();
    }

    /** Pieces of slow work that wait for a thread. */
    public void watchQueuedWork(LongSupplier count) {
        gauge("portcullis.workers.queued", count);
    }

    /** A token's signature was not checked, because too many were waiting. */
    public void signatureNotChecked() {
        signaturesNotChecked.increment();
    }

    public <E extends Enum<E>> EnumCounters<E> keyFetches(Class<E> results, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.key.fetches", "result", results, id);
    }

    /**
     * The keys of issuers that are read from their servers.
     *
     * @param age seconds since the set was read that was read longest ago
     * @param stale issuers whose keys could not be read the last time
     * @param heldBack issuers whose servers a circuit breaker spares
     */
    public void watchKeys(LongSupplier age, LongSupplier stale, LongSupplier heldBack) {
        gauge("portcullis.key.set.age.seconds", age);
        gauge("portcullis.key.sets.stale", stale);
        gauge("portcullis.key.breakers.open", heldBack);
    }

    public <E extends Enum<E>> EnumCounters<E> moderated(Class<E> answers, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.moderated", "answer", answers, id);
    }

    public <E extends Enum<E>> EnumTimers<E> outgoingCalls(Class<E> services, Function<E, String> id) {
        return new EnumTimers<>(registry, "portcullis.outgoing", "service", services, id);
    }

    public <E extends Enum<E>> EnumCounters<E> outgoingFailures(Class<E> services, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.outgoing.failures", "service", services, id);
    }

    /** @param position 0 closed, 1 half-open, 2 open */
    public void watchBreaker(String service, IntSupplier position) {
        Gauge.builder("portcullis.breaker.state", position::getAsInt)
                .tag("service", service)
                .register(registry);
    }

    /** Instances of a stage, on all nodes, whose circuit breaker on this node is not closed. */
    public void watchOpenBreakers(String stage, LongSupplier count) {
        Gauge.builder("portcullis.breakers.open", count::getAsLong)
                .tag("stage", stage)
                .register(registry);
    }

    /** A message from another node could not be decoded. */
    public void busUndecodable() {
        busUndecodable.increment();
    }

    /** Calls to a store in another process. */
    public void watchStoreCalls(LongSupplier count) {
        FunctionCounter.builder("portcullis.store.calls", count, LongSupplier::getAsLong)
                .register(registry);
        retained.add(count); // a function counter refers to it only weakly
    }

    /** Nodes of the cluster that this node reaches, including itself. */
    public void watchClusterNodes(LongSupplier count) {
        gauge("portcullis.cluster.nodes", count);
    }

    public void watchRefusedStoreCalls(LongSupplier count) {
        FunctionCounter.builder("portcullis.store.calls.refused", count, LongSupplier::getAsLong)
                .register(registry);
        retained.add(count);
    }

    public void watchSessions(LongSupplier count) {
        gauge("portcullis.sessions", count);
    }

    /** Whether a readiness check passes. */
    public void watchReadiness(String check, BooleanSupplier passes) {
        Gauge.builder("portcullis.ready", () -> passes.getAsBoolean() ? 1 : 0)
                .tag("check", check)
                .register(registry);
    }

    /** Lanes of the store in which this node can't renew its lease, so that their users can't be served. */
    public void watchLanesUnavailable(LongSupplier count) {
        gauge("portcullis.lanes.unavailable", count);
    }

    /** Sessions whose end is not yet in the store. */
    public void watchPendingSessionEnds(LongSupplier count) {
        gauge("portcullis.session.ends.pending", count);
    }

    /**
     * Slots that connections hold in the limits of the node and of their addresses; differs from open connections only
     * while handshakes are in progress.
     */
    public void watchConnectionSlots(LongSupplier slots, LongSupplier unauthenticated, LongSupplier addresses) {
        gauge("portcullis.connection.slots", slots);
        gauge("portcullis.unauthenticated.connections", unauthenticated);
        gauge("portcullis.connection.addresses", addresses);
    }

    /** TCP connections that have not upgraded. */
    public void watchPendingConnections(LongSupplier count) {
        gauge("portcullis.pending.connections", count);
    }

    public void watchAdminConnections(LongSupplier count) {
        gauge("portcullis.admin.connections", count);
    }

    public void watchRooms(LongSupplier count) {
        gauge("portcullis.rooms", count);
    }

    /** Call once: of two counters with the same name only the first is visible. */
    public <E extends Enum<E>> EnumCounters<E> handshakesRefused(Class<E> reasons, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.handshakes.refused", "reason", reasons, id);
    }

    public <E extends Enum<E>> EnumCounters<E> stuffing(Class<E> signs, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.stuffing", "sign", signs, id);
    }

    public <E extends Enum<E>> EnumCounters<E> reputationLookups(Class<E> results, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.reputation.lookups", "result", results, id);
    }

    /** Addresses and ranges in the lists of bad addresses, and the lists that can't be used as they are. */
    public void watchReputation(LongSupplier ranges, LongSupplier unusable) {
        gauge("portcullis.reputation.ranges", ranges);
        gauge("portcullis.reputation.files.unusable", unusable);
    }

    /** Audit events, before repeats are put together. */
    public <E extends Enum<E>> EnumCounters<E> auditEvents(Class<E> names, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.audit.events", "event", names, id);
    }

    /** Audit events that found no room on their way to the audit file. */
    public <E extends Enum<E>> EnumCounters<E> auditDropped(Class<E> queues, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.audit.dropped", "queue", queues, id);
    }

    /** Starts at which the audit files lacked lines that the store knows. */
    public LongAdder auditGaps() {
        return EnumCounters.counter(registry, "portcullis.audit.gaps");
    }

    /**
     * The audit file.
     *
     * @param queued events that wait for the disk
     * @param unanchored lines behind the head that the store knows
     */
    public void watchAuditFile(LongSupplier queued, LongSupplier unanchored) {
        gauge("portcullis.audit.queued", queued);
        gauge("portcullis.audit.unanchored.lines", unanchored);
    }

    /** Events that raised the score of a session. */
    public <E extends Enum<E>> EnumCounters<E> anomalyEvents(Class<E> events, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.anomaly.events", "event", events, id);
    }

    /** Scores that reached a threshold. */
    public <E extends Enum<E>> EnumCounters<E> anomalyThresholds(Class<E> levels, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.anomaly.thresholds", "level", levels, id);
    }

    /** Texts in which a signature of an attack was found. */
    public <E extends Enum<E>> EnumCounters<E> attackSignatures(Class<E> classes, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.attack.signatures", "class", classes, id);
    }

    public <E extends Enum<E>> EnumCounters<E> pendingClosed(Class<E> reasons, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.pending.connections.closed", "reason", reasons, id);
    }

    /** @param origin who decides the bans that are counted */
    public <E extends Enum<E>> EnumCounters<E> bans(String origin, Class<E> kinds, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.bans", Tags.of("origin", origin), "kind", kinds, id);
    }

    public <E extends Enum<E>> EnumCounters<E> bansOmitted(Class<E> reasons, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.bans.omitted", "reason", reasons, id);
    }

    /**
     * The bans that this node knows.
     *
     * @param age seconds since they were read
     */
    public void watchBans(LongSupplier count, LongSupplier age) {
        gauge("portcullis.bans.in.force", count);
        gauge("portcullis.bans.age.seconds", age);
    }

    public <E extends Enum<E>> EnumCounters<E> adminConnectionsClosed(Class<E> reasons, Function<E, String> id) {
        return new EnumCounters<>(registry, "portcullis.admin.connections.closed", "reason", reasons, id);
    }

    public <E extends Enum<E>> EnumTimers<E> busRequests(Class<E> stages, Function<E, String> id) {
        return new EnumTimers<>(registry, "portcullis.bus.request", "stage", stages, id);
    }

    public <E extends Enum<E>> EnumTimers<E> storeOperations(Class<E> operations, Function<E, String> id) {
        return new EnumTimers<>(registry, "portcullis.store", "operation", operations, id);
    }

    private void gauge(String name, LongSupplier value) {
        Gauge.builder(name, value::getAsLong).register(registry);
    }

    private void statistic(String name, Supplier<Number> value) {
        Gauge.builder("portcullis.connection.message.rate", value)
                .tag("statistic", name)
                .register(registry);
    }
}
