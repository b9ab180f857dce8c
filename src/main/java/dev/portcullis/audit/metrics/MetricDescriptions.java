package dev.portcullis.audit.metrics;

import static java.util.Map.entry;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Map;

/** What each of our meters counts, for whoever meets it in a dashboard: Prometheus' HELP. */
final class MetricDescriptions implements MeterFilter {
    private static final Map<String, String> WORDS = Map.ofEntries(
            entry("portcullis.admin.connections", "TCP connections of the operators' listener"),
            entry("portcullis.admin.connections.closed", "Connections of the operators' listener that we closed"),
            entry("portcullis.auth.failures", "Tokens that let nobody in"),
            entry("portcullis.breakers.opened", "Times that an instance of a stage was not asked for a while"),
            entry("portcullis.buffered.bytes", "Bytes that wait in memory, in and out, for this node's connections"),
            entry("portcullis.buffered.bytes.limit", "How many bytes may wait in memory for this node's connections"),
            entry("portcullis.bus.dropped", "Notices not sent to a node that is behind"),
            entry("portcullis.bus.undecodable", "Messages from another node that are none of what nodes say"),
            entry("portcullis.bus.request", "How long a question to a stage took"),
            entry("portcullis.bus.sent.bytes", "Bytes of questions, answers and notices to other nodes"),
            entry("portcullis.bus.unacked.bytes", "Bytes of notices that other nodes have not confirmed"),
            entry(
                    "portcullis.connections.closed",
                    "Connections that ended, by our close code, or none where the client went"),
            entry("portcullis.cluster.nodes", "Nodes of the cluster that this node reaches, itself among them"),
            entry("portcullis.connection.message.rate", "Frames a second of one connection, over the open ones"),
            entry("portcullis.connection.addresses", "Addresses that hold a slot in the limits of open connections"),
            entry("portcullis.connection.slots", "Slots held in the limits of open connections"),
            entry("portcullis.unauthenticated.connections", "Held slots without a valid token so far"),
            entry("portcullis.pending.connections", "TCP connections that have not upgraded"),
            entry("portcullis.pending.connections.closed", "TCP connections closed before they had upgraded"),
            entry("portcullis.connections", "Open connections"),
            entry("portcullis.connections.opened", "Connections opened since the start"),
            entry(
                    "portcullis.cutoffs.missed",
                    "Times that cut-offs were lost, so that nothing passed until they were read"),
            entry("portcullis.delivery", "From a message's append to handing it to a socket"),
            entry("portcullis.frames", "Frames that were read"),
            entry("portcullis.handshakes.refused", "Handshakes that were refused"),
            entry("portcullis.heartbeat.terminations", "Connections closed for their silence"),
            entry("portcullis.http.requests.limited", "HTTP requests refused as their address sent too many"),
            entry("portcullis.lanes.unavailable", "Lanes of the store out of reach, whose users get unavailable"),
            entry("portcullis.node.leases.lost", "Times that the other nodes took this node for dead"),
            entry("portcullis.nodes.lost", "Other nodes that went without a word"),
            entry("portcullis.outbox.bytes", "Bytes of live frames that wait for slow readers"),
            entry("portcullis.publish", "From taking a message to its ack"),
            entry(
                    "portcullis.ready",
                    "1 for each thing that is well of those that the node can't serve without, else 0"),
            entry("portcullis.refusals", "Frames that were refused"),
            entry("portcullis.revocation", "From cutting a session off to the close of its connection"),
            entry("portcullis.rooms", "Rooms with members on this node"),
            entry("portcullis.sessions", "Live sessions of this node"),
            entry("portcullis.session.ends.pending", "Sessions that ended while the store has not heard so"),
            entry("portcullis.slow.reader.closes", "Connections closed for reading too slowly"),
            entry("portcullis.store", "How long the store's work took"),
            entry("portcullis.store.calls", "Calls to a store that is another process"),
            entry(
                    "portcullis.store.calls.refused",
                    "Calls to the store that failed at once since too many were under way"));

    @Override
    public Meter.Id map(Meter.Id id) {
        String words = WORDS.get(id.getName());
        return words == null
                ? id
                : new Meter.Id(id.getName(), Tags.of(id.getTags()), id.getBaseUnit(), words, id.getType());
    }
}
