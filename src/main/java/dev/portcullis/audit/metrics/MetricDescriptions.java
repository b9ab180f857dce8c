package dev.portcullis.audit.metrics;

import static java.util.Map.entry;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Map;

/** The HELP text of each of our metrics in Prometheus. */
final class MetricDescriptions implements MeterFilter {
    private static final Map<String, String> DESCRIPTIONS = Map.ofEntries(
            entry("portcullis.admin.connections", "TCP connections of the operators' listener"),
            entry(
                    "portcullis.admin.connections.closed",
                    "Connections of the operators' listener that this node closed"),
            entry("portcullis.own.events", "Frames with an event of the application, by its name"),
            entry("portcullis.server.messages", "Messages of the application's server, by what became of them"),
            entry("portcullis.anomaly.events", "Events that raised the score of a session"),
            entry("portcullis.anomaly.thresholds", "Scores of sessions and addresses that reached a threshold"),
            entry("portcullis.attack.signatures", "Texts in which a signature of an attack was found"),
            entry("portcullis.auth.failures", "Tokens that were not accepted"),
            entry(
                    "portcullis.breaker.state",
                    "Circuit breaker of an outside service: 0 closed, 1 half-open, 2 open; the worst of its servers"),
            entry("portcullis.breakers.open", "Instances of a stage that are not asked after several failures"),
            entry("portcullis.bans", "Bans decided, by who decides and whom they name"),
            entry("portcullis.mails", "Mails to users of accounts, by what became of them"),
            entry("portcullis.bans.age.seconds", "Time since this node has read the bans"),
            entry("portcullis.bans.in.force", "Bans that this node refuses clients by"),
            entry("portcullis.bans.omitted", "Bans that were not kept, by reason"),
            entry("portcullis.breakers.opened", "Times that a circuit breaker of a stage instance opened"),
            entry("portcullis.buffered.bytes", "Bytes buffered in memory, in and out, for this node's connections"),
            entry(
                    "portcullis.buffered.bytes.limit",
                    "Limit of the bytes buffered in memory for this node's connections"),
            entry("portcullis.bus.dropped", "Notices not sent to a node that is too slow"),
            entry("portcullis.bus.undecodable", "Messages from another node that could not be decoded"),
            entry("portcullis.bus.request", "Duration of requests to a stage"),
            entry("portcullis.bus.sent.bytes", "Bytes of requests, responses and notices sent to other nodes"),
            entry("portcullis.bus.unacked.bytes", "Bytes of notices that other nodes have not acknowledged"),
            entry(
                    "portcullis.connections.closed",
                    "Connections that ended, by our close code, or none if the client disconnected"),
            entry("portcullis.cluster.nodes", "Nodes of the cluster that this node reaches, including itself"),
            entry("portcullis.connection.message.rate", "Frames per second and connection, over the open connections"),
            entry("portcullis.audit.dropped", "Audit events that found no room on their way to the audit file"),
            entry("portcullis.audit.events", "Audit events, before repeats are put together"),
            entry(
                    "portcullis.audit.gaps",
                    "Starts at which the audit files lacked lines that the store knows, or had foreign ones"),
            entry("portcullis.audit.queued", "Audit events that wait for the audit file"),
            entry("portcullis.audit.unanchored.lines", "Lines of the audit file behind the head that the store knows"),
            entry("portcullis.connection.addresses", "Addresses that hold a slot in the limits of open connections"),
            entry("portcullis.connection.slots", "Slots held in the limits of open connections"),
            entry("portcullis.unauthenticated.connections", "Slots of connections without a valid token so far"),
            entry("portcullis.pending.connections", "TCP connections that have not upgraded"),
            entry("portcullis.pending.connections.closed", "TCP connections closed before their upgrade"),
            entry("portcullis.connections", "Open connections"),
            entry("portcullis.connections.opened", "Connections opened since the start"),
            entry(
                    "portcullis.cutoffs.missed",
                    "Times that cut-offs were lost, so that no frame passed until the live sessions were read"),
            entry("portcullis.delivery", "Time from a message's append to its write to a socket"),
            entry("portcullis.deliveries", "Frames of rooms and inboxes, counted for each connection that got them"),
            entry("portcullis.delivered.bytes", "Bytes of these frames"),
            entry("portcullis.received.bytes", "Bytes of frames received"),
            entry("portcullis.limited", "Frames that a limit refused"),
            entry(
                    "portcullis.event.loop.lag.seconds",
                    "By how much an event loop of the edge was late the last time; the worst of them"),
            entry("portcullis.downloads", "Files that were asked for, by what came of it"),
            entry("portcullis.files.bytes", "Bytes of all files on the disk of this node, and of those that arrive"),
            entry("portcullis.file.transfers", "Uploads and downloads of this node that are on their way"),
            entry("portcullis.uploads.exceeded", "Uploads to this node without room, by the share that they exceed"),
            entry("portcullis.uploads.held.bytes", "Bytes of all uploads that the store knows, with their tickets"),
            entry("portcullis.uploads", "Uploads to this node, by what came of them"),
            entry("portcullis.frames", "Frames received"),
            entry("portcullis.handshakes.refused", "Handshakes that were refused"),
            entry("portcullis.heartbeat.terminations", "Connections closed by the heartbeat timeout"),
            entry("portcullis.limits.observed", "Attempts that exceeded a limit which only observes"),
            entry("portcullis.hook.events", "Events of hooks that were delivered, by what came of it"),
            entry("portcullis.hooks.waiting", "Events of hooks in the store that are not delivered yet"),
            entry("portcullis.hooks.dead.letters", "Events of hooks that were given up and are kept"),
            entry("portcullis.hooks.overflown", "Events of hooks that were given up because an outbox was full"),
            entry("portcullis.hooks.lost", "Dead letters of hooks for which there was no room"),
            entry("portcullis.http.requests.limited", "HTTP requests refused because their address sent too many"),
            entry(
                    "portcullis.key.breakers.open",
                    "Issuers whose servers are not asked for keys after several failures"),
            entry("portcullis.inbox.trimmed", "Entries that went from full inboxes before they were delivered"),
            entry("portcullis.key.fetches", "Reads of an issuer's keys from its server"),
            entry("portcullis.key.set.age.seconds", "Age of the oldest key set that was read from an issuer's server"),
            entry("portcullis.key.sets.stale", "Issuers whose keys could not be read the last time"),
            entry("portcullis.lanes.unavailable", "Unavailable lanes of the store, whose users get unavailable"),
            entry("portcullis.moderated", "Messages that the moderation service was asked about"),
            entry("portcullis.node.leases.lost", "Times that this node lost its lease"),
            entry("portcullis.nodes.lost", "Other nodes that left without a graceful stop"),
            entry("portcullis.outgoing", "Duration of calls to outside services"),
            entry("portcullis.outgoing.failures", "Calls to outside services that brought no usable answer"),
            entry("portcullis.outbox.bytes", "Bytes of live frames that wait for slow readers"),
            entry("portcullis.presence.users", "Users whose presence this node keeps, counted in each of their rooms"),
            entry("portcullis.publish", "Time from receiving a message to its ack"),
            entry(
                    "portcullis.tls.certificate.expiry.seconds",
                    "When the certificate that the listener serves expires, in seconds since 1970; 0 without TLS"),
            entry(
                    "portcullis.tls.certificates.refused",
                    "Renewed certificates of the listener that could not be served"),
            entry("portcullis.ready", "1 for each passing readiness check, else 0"),
            entry("portcullis.refusals", "Frames that were refused"),
            entry("portcullis.revocation", "Time from cutting a session off to the close of its connection"),
            entry("portcullis.rooms", "Rooms with members on this node"),
            entry("portcullis.sessions", "Live sessions of this node"),
            entry("portcullis.session.ends.pending", "Sessions whose end is not yet in the store"),
            entry("portcullis.signatures.refused", "Signatures not checked because too many waited"),
            entry("portcullis.slow.reader.closes", "Connections closed for reading too slowly"),
            entry("portcullis.reputation.lookups", "Addresses that are listed, and look-ups without an answer"),
            entry("portcullis.reputation.files.unusable", "Lists of bad addresses that can't be used as they are"),
            entry("portcullis.reputation.lines.skipped", "Lines in lists of bad addresses that are no entries"),
            entry("portcullis.reputation.ranges", "Addresses and ranges in the lists of bad addresses"),
            entry("portcullis.socketio.refused", "Requests for Socket.IO that are of no use to its protocol"),
            entry("portcullis.stuffing", "Attempts of addresses that try stolen passwords or forged tokens"),
            entry("portcullis.store", "Duration of operations of the store"),
            entry("portcullis.store.calls", "Calls to a store in another process"),
            entry(
                    "portcullis.store.calls.refused",
                    "Calls to the store that failed at once because too many were in flight"),
            entry("portcullis.workers.queued", "Pieces of slow work that wait for a thread"),
            entry("portcullis.workers.refused", "Pieces of slow work not run because too much of it was waiting"));

    @Override
    public Meter.Id map(Meter.Id id) {
        String description = DESCRIPTIONS.get(id.getName());
        return description == null
                ? id
                : new Meter.Id(id.getName(), Tags.of(id.getTags()), id.getBaseUnit(), description, id.getType());
    }
}
