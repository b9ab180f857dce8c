package dev.portcullis.audit.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What is measured when the metrics of a node are read, under the names of the protocol page. */
public final class Gauges {
    private final MeterRegistry registry;
    private final List<LongSupplier> retained = new CopyOnWriteArrayList<>();

    Gauges(MeterRegistry registry) {
        this.registry = registry;
    }

    void watchConnections(LongSupplier open) {
        gauge("portcullis.connections", open);
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
        gauge(
                "portcullis.connection.message.rate",
                "statistic",
                "mean",
                () -> rate.get().mean());
        gauge(
                "portcullis.connection.message.rate",
                "statistic",
                "p99",
                () -> rate.get().p99());
    }

    /** Bytes of notices that other nodes have not acknowledged. */
    public void watchUnackedBytes(LongSupplier bytes) {
        gauge("portcullis.bus.unacked.bytes", bytes);
    }

    /** When the certificate that the listener serves expires, in seconds since 1970; 0 without TLS. */
    public void watchCertificateEnd(LongSupplier seconds) {
        gauge("portcullis.tls.certificate.expiry.seconds", seconds);
    }

    /** Pieces of slow work that wait for a thread. */
    public void watchQueuedWork(LongSupplier count) {
        gauge("portcullis.workers.queued", count);
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

    /** @param position 0 closed, 1 half-open, 2 open */
    public void watchBreaker(String service, IntSupplier position) {
        gauge("portcullis.breaker.state", "service", service, position::getAsInt);
    }

    /** Instances of a stage, on all nodes, whose circuit breaker on this node is not closed. */
    public void watchOpenBreakers(String stage, LongSupplier count) {
        gauge("portcullis.breakers.open", "stage", stage, count::getAsLong);
    }

    /** Calls to a store in another process. */
    public void watchStoreCalls(LongSupplier count) {
        counter("portcullis.store.calls", count);
    }

    /** Nodes of the cluster that this node reaches, including itself. */
    public void watchClusterNodes(LongSupplier count) {
        gauge("portcullis.cluster.nodes", count);
    }

    public void watchRefusedStoreCalls(LongSupplier count) {
        counter("portcullis.store.calls.refused", count);
    }

    public void watchSessions(LongSupplier count) {
        gauge("portcullis.sessions", count);
    }

    /** Whether a readiness check passes. */
    public void watchReadiness(String check, BooleanSupplier passes) {
        gauge("portcullis.ready", "check", check, () -> passes.getAsBoolean() ? 1 : 0);
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

    /**
     * Files on the disk of this node.
     *
     * @param bytes of all files, and of those that arrive
     * @param transfers uploads and downloads on their way
     */
    public void watchFiles(LongSupplier bytes, LongSupplier transfers) {
        gauge("portcullis.files.bytes", bytes);
        gauge("portcullis.file.transfers", transfers);
    }

    /** All uploads in the store, of all nodes. */
    public void watchUploads(LongSupplier heldBytes) {
        gauge("portcullis.uploads.held.bytes", heldBytes);
    }

    /** TCP connections that have not upgraded. */
    public void watchPendingConnections(LongSupplier count) {
        gauge("portcullis.pending.connections", count);
    }

    public void watchAdminConnections(LongSupplier count) {
        gauge("portcullis.admin.connections", count);
    }

    /** By how much a task that each event loop of the edge runs once a second was late; the latest of all loops. */
    public void watchEventLoopLag(LongSupplier nanos) {
        Gauge.builder("portcullis.event.loop.lag.seconds", () -> nanos.getAsLong() / 1e9)
                .register(registry);
    }

    public void watchRooms(LongSupplier count) {
        gauge("portcullis.rooms", count);
    }

    /** Users that this node's instances of {@code broadcast} know, counted in each of their rooms. */
    public void watchPresence(LongSupplier users) {
        gauge("portcullis.presence.users", users);
    }

    /**
     * The lists of bad addresses.
     *
     * @param ranges addresses and ranges in them
     * @param unusable lists that can't be used as they are
     * @param skipped lines that are no entries
     */
    public void watchReputation(LongSupplier ranges, LongSupplier unusable, LongSupplier skipped) {
        gauge("portcullis.reputation.ranges", ranges);
        gauge("portcullis.reputation.files.unusable", unusable);
        gauge("portcullis.reputation.lines.skipped", skipped);
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

    /**
     * The bans that this node knows.
     *
     * @param age seconds since they were read
     */
    public void watchBans(LongSupplier count, LongSupplier age) {
        gauge("portcullis.bans.in.force", count);
        gauge("portcullis.bans.age.seconds", age);
    }

    /**
     * Events of hooks in the store, of all nodes together.
     *
     * @param overflown those that became dead letters because an outbox was full
     * @param lost dead letters for which there was no room
     */
    public void watchHooks(LongSupplier waiting, LongSupplier dead, LongSupplier overflown, LongSupplier lost) {
        gauge("portcullis.hooks.waiting", waiting);
        gauge("portcullis.hooks.dead.letters", dead);
        gauge("portcullis.hooks.overflown", overflown);
        gauge("portcullis.hooks.lost", lost);
    }

    private void gauge(String name, LongSupplier value) {
        Gauge.builder(name, value::getAsLong).register(registry);
    }

    private void gauge(String name, String label, String value, Supplier<Number> measured) {
        Gauge.builder(name, measured).tag(label, value).register(registry);
    }

    private void counter(String name, LongSupplier count) {
        FunctionCounter.builder(name, count, LongSupplier::getAsLong).register(registry);
        retained.add(count); // a function counter refers to it only weakly
    }
}
