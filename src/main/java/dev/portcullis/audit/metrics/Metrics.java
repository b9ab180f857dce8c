package dev.portcullis.audit.metrics;

import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What a node counts, under the names of the protocol page. One for a node, used from all its threads. */
public final class Metrics {
    private static final String CLOSES = "portcullis.connections.closed";

    private final MeterRegistry registry;
    private final List<LongSupplier> kept = new CopyOnWriteArrayList<>();
    private final LongAdder connections = new LongAdder();
    private final LongAdder opened;
    private final LongAdder silent;
    private final LongAdder slow;
    private final LongAdder gone;
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
    private final LongAdder busGarbled;
    private final LongAdder breakersOpened;
    private final LongAdder nodesLost;
    private final LongAdder nodeLeasesLost;
    private final LongAdder cutoffsMissed;
    private final LongAdder httpRequestsRefused;

    public Metrics(MeterRegistry registry) {
        this.registry = registry;
        this.opened = EnumCounters.counter(registry, "portcullis.connections.opened");
        this.silent = EnumCounters.counter(registry, "portcullis.heartbeat.terminations");
        this.slow = EnumCounters.counter(registry, "portcullis.slow.reader.closes");
        this.closes =
                new EnumCounters<>(registry, CLOSES, "code", CloseCode.class, code -> Short.toString(code.code()));
        this.gone = EnumCounters.counter(registry, CLOSES, "code", "none");
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
        this.busGarbled = EnumCounters.counter(registry, "portcullis.bus.undecodable");
        this.breakersOpened = EnumCounters.counter(registry, "portcullis.breakers.opened");
        this.nodesLost = EnumCounters.counter(registry, "portcullis.nodes.lost");
        this.nodeLeasesLost = EnumCounters.counter(registry, "portcullis.node.leases.lost");
        this.cutoffsMissed = EnumCounters.counter(registry, "portcullis.cutoffs.missed");
        this.httpRequestsRefused = EnumCounters.counter(registry, "portcullis.http.requests.limited");
        gauge("portcullis.connections", connections::sum);
    }

    public void connectionOpened() {
        opened.increment();
        connections.increment();
    }

    /** @param code what we closed it with, if it was us */
    public void connectionClosed(Optional<CloseCode> code) {
        connections.decrement();
        code.ifPresentOrElse(this::closed, gone::increment);
    }

    private void closed(CloseCode code) {
        closes.add(code);
        if (code == CloseCode.HEARTBEAT_TIMEOUT) {
            silent.increment();
        } else if (code == CloseCode.TOO_SLOW) {
            slow.increment();
        }
    }

    public void frame(FrameType type) {
        frames.add(type);
    }

    public void refused(Rejection why) {
        why.fold(
                limit -> {
                    limited.increment();
                    return why;
                },
                failed -> {
                    refusals.add(failed.reason());
                    return why;
                });
    }

    public void authFailed(AuthRefusal why) {
        authFailures.add(why);
    }

    /** From taking a frame to its ack. */
    public void publishTimed(long nanos) {
        publish.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** From a message's append to handing it to a socket. */
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

    /** Bytes that wait in and out, for all connections together. */
    public void watchBufferedBytes(LongSupplier bytes, LongSupplier limit) {
        gauge("portcullis.buffered.bytes", bytes);
        gauge("portcullis.buffered.bytes.limit", limit);
    }

    public void watchMessageRate(Supplier<MessageRate> rate) {
        statistic("mean", () -> rate.get().mean());
        statistic("p99", () -> rate.get().p99());
    }

    /** A question, an answer or a batch of notices went to another node. */
    public void busSent(int bytes) {
        busBytes.add(bytes);
    }

    /** A notice was not sent to another node, which is behind. */
    public void busDropped() {
        busDrops.increment();
    }

    /** Bytes of notices that other nodes have not confirmed. */
    public void watchUnconfirmedBytes(LongSupplier bytes) {
        gauge("portcullis.bus.unacked.bytes", bytes);
    }

    /** An instance is not asked for a while. */
    public void breakerOpened() {
        breakersOpened.increment();
    }

    /** Another node of the cluster is gone without a word. */
    public void nodeLost() {
        nodesLost.increment();
    }

    /** The others took this node for dead. */
    public void nodeLeaseLost() {
        nodeLeasesLost.increment();
    }

    /** Nobody can say any more who was cut off for some time. */
    public void cutoffsMissed() {
        cutoffsMissed.increment();
    }

    /** An address asked the public listener for more than it may. */
    public void httpRequestRefused() {
        httpRequestsRefused.increment();
    }

    /** What came from another node is none of what nodes say. */
    public void busGarbled() {
        busGarbled.increment();
    }

    /** How many calls went to a store that is another process. */
    public void watchStoreCalls(LongSupplier count) {
        FunctionCounter.builder("portcullis.store.calls", count, LongSupplier::getAsLong)
                .register(registry);
        kept.add(count); // a function counter lets go of what it reads
    }

    /** How many nodes of the cluster are reached, this one among them. */
    public void watchClusterNodes(LongSupplier count) {
        gauge("portcullis.cluster.nodes", count);
    }

    public void watchRefusedStoreCalls(LongSupplier count) {
        FunctionCounter.builder("portcullis.store.calls.refused", count, LongSupplier::getAsLong)
                .register(registry);
        kept.add(count);
    }

    public void watchSessions(LongSupplier count) {
        gauge("portcullis.sessions", count);
    }

    /** Whether one of the things is well that the node can't serve without. */
    public void watchReadiness(String check, BooleanSupplier well) {
        Gauge.builder("portcullis.ready", () -> well.getAsBoolean() ? 1 : 0)
                .tag("check", check)
                .register(registry);
    }

    /** Lanes of the store that this node can't renew its lease in, so that their users can't be served. */
    public void watchLanesOut(LongSupplier count) {
        gauge("portcullis.lanes.unavailable", count);
    }

    /** Sessions that are over, while nobody has heard so. */
    public void watchPendingSessionEnds(LongSupplier count) {
        gauge("portcullis.session.ends.pending", count);
    }

    /** Slots that connections hold in the limits of the node and of their addresses; it differs from open connections only while handshakes are under way. */
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

    /** Call once: of two tallies of one name only the first is seen. */
    public <E extends Enum<E>> EnumCounters<E> handshakesRefused(Class<E> reasons, Function<E, String> word) {
        return new EnumCounters<>(registry, "portcullis.handshakes.refused", "reason", reasons, word);
    }

    public <E extends Enum<E>> EnumCounters<E> pendingClosed(Class<E> reasons, Function<E, String> word) {
        return new EnumCounters<>(registry, "portcullis.pending.connections.closed", "reason", reasons, word);
    }

    public <E extends Enum<E>> EnumCounters<E> adminConnectionsClosed(Class<E> reasons, Function<E, String> word) {
        return new EnumCounters<>(registry, "portcullis.admin.connections.closed", "reason", reasons, word);
    }

    public <E extends Enum<E>> EnumTimers<E> busRequests(Class<E> stages, Function<E, String> word) {
        return new EnumTimers<>(registry, "portcullis.bus.request", "stage", stages, word);
    }

    public <E extends Enum<E>> EnumTimers<E> storeOperations(Class<E> operations, Function<E, String> word) {
        return new EnumTimers<>(registry, "portcullis.store", "operation", operations, word);
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
