package dev.portcullis.audit.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** All metrics of a node, with the HELP text that each has in Prometheus. The names are those of the protocol page. */
public enum Metric {
    ADMIN_CONNECTIONS(Kind.GAUGE, "TCP connections of the operators' listener"),
    ADMIN_CONNECTIONS_CLOSED(Kind.COUNTER, "Connections of the operators' listener that this node closed", "reason"),
    ANOMALY_EVENTS(Kind.COUNTER, "Events that raised the score of a session", "event"),
    ANOMALY_THRESHOLDS(Kind.COUNTER, "Scores of sessions and addresses that reached a threshold", "level"),
    ATTACK_SIGNATURES(Kind.COUNTER, "Texts in which a signature of an attack was found", "class"),
    AUDIT_DROPPED(Kind.COUNTER, "Audit events that found no room on their way to the audit file", "queue"),
    AUDIT_EVENTS(Kind.COUNTER, "Audit events, before repeats are put together", "event"),
    AUDIT_GAPS(Kind.COUNTER, "Starts at which the audit files lacked lines that the store knows, or had foreign ones"),
    AUDIT_QUEUED(Kind.GAUGE, "Audit events that wait for the audit file"),
    AUDIT_UNANCHORED_LINES(Kind.GAUGE, "Lines of the audit file behind the head that the store knows"),
    AUTH_FAILURES(Kind.COUNTER, "Tokens that were not accepted", "reason"),
    BANS(Kind.COUNTER, "Bans decided, by who decides and whom they name", "origin", "kind"),
    BANS_AGE_SECONDS(Kind.GAUGE, "Time since this node has read the bans"),
    BANS_IN_FORCE(Kind.GAUGE, "Bans that this node refuses clients by"),
    BANS_OMITTED(Kind.COUNTER, "Bans that were not kept, by reason", "reason"),
    BREAKER_STATE(
            Kind.GAUGE,
            "Circuit breaker of an outside service: 0 closed, 1 half-open, 2 open; the worst of its servers. Of a service asked about what"
                    + " users send: 2 while the last questions of all users had no usable answer, else 0",
            "service"),
    BREAKERS_OPEN(Kind.GAUGE, "Instances of a stage that are not asked after several failures", "stage"),
    BREAKERS_OPENED(Kind.COUNTER, "Times that a circuit breaker of a stage instance opened"),
    BUFFERED_BYTES(Kind.GAUGE, "Bytes buffered in memory, in and out, for this node's connections"),
    BUFFERED_BYTES_LIMIT(Kind.GAUGE, "Limit of the bytes buffered in memory for this node's connections"),
    BUS_DROPPED(Kind.COUNTER, "Notices not sent to a node that is too slow"),
    BUS_REQUEST(Kind.TIMER, "Duration of requests to a stage", "stage"),
    BUS_SENT_BYTES(Kind.COUNTER, "Bytes of requests, responses and notices sent to other nodes"),
    BUS_UNACKED_BYTES(Kind.GAUGE, "Bytes of notices that other nodes have not acknowledged"),
    BUS_UNDECODABLE(Kind.COUNTER, "Messages from another node that could not be decoded"),
    CLUSTER_NODES(Kind.GAUGE, "Nodes of the cluster that this node reaches, including itself"),
    CONNECTION_ADDRESSES(Kind.GAUGE, "Addresses that hold a slot in the limits of open connections"),
    CONNECTION_MESSAGE_RATE(Kind.GAUGE, "Frames per second and connection, over the open connections", "statistic"),
    CONNECTION_SLOTS(Kind.GAUGE, "Slots held in the limits of open connections"),
    CONNECTIONS(Kind.GAUGE, "Open connections"),
    CONNECTIONS_CLOSED(
            Kind.COUNTER, "Connections that ended, by our close code, or none if the client disconnected", "code"),
    CONNECTIONS_OPENED(Kind.COUNTER, "Connections opened since the start"),
    CUTOFFS_MISSED(
            Kind.COUNTER, "Times that cut-offs were lost, so that no frame passed until the live sessions were read"),
    DELIVERED_BYTES(Kind.COUNTER, "Bytes of these frames"),
    DELIVERIES(Kind.COUNTER, "Frames of rooms and inboxes, counted for each connection that got them"),
    DELIVERY(Kind.TIMER, "Time from a message's append to its write to a socket"),
    DOWNLOADS(Kind.COUNTER, "Files that were asked for, by what came of it", "result"),
    EVENT_LOOP_LAG_SECONDS(
            Kind.GAUGE, "By how much an event loop of the edge was late the last time; the worst of them"),
    FILE_TRANSFERS(Kind.GAUGE, "Uploads and downloads of this node that are on their way"),
    FILES_BYTES(Kind.GAUGE, "Bytes of all files on the disk of this node, and of those that arrive"),
    FRAMES(Kind.COUNTER, "Frames received", "type"),
    HANDSHAKES_REFUSED(Kind.COUNTER, "Handshakes that were refused", "reason"),
    HEARTBEAT_TERMINATIONS(Kind.COUNTER, "Connections closed by the heartbeat timeout"),
    HOOK_EVENTS(Kind.COUNTER, "Events of hooks that were delivered, by what came of it", "result"),
    HOOKS_DEAD_LETTERS(Kind.GAUGE, "Events of hooks that were given up and are kept"),
    HOOKS_LOST(Kind.GAUGE, "Dead letters of hooks for which there was no room"),
    HOOKS_OVERFLOWN(Kind.GAUGE, "Events of hooks that were given up because an outbox was full"),
    HOOKS_WAITING(Kind.GAUGE, "Events of hooks in the store that are not delivered yet"),
    HTTP_REQUESTS_LIMITED(Kind.COUNTER, "HTTP requests refused because their address sent too many"),
    INBOX_TRIMMED(Kind.COUNTER, "Entries that went from full inboxes before they were delivered"),
    KEY_BREAKERS_OPEN(Kind.GAUGE, "Issuers whose servers are not asked for keys after several failures"),
    KEY_FETCHES(Kind.COUNTER, "Reads of an issuer's keys from its server", "result"),
    KEY_SET_AGE_SECONDS(Kind.GAUGE, "Age of the oldest key set that was read from an issuer's server"),
    KEY_SETS_STALE(Kind.GAUGE, "Issuers whose keys could not be read the last time"),
    LANES_UNAVAILABLE(Kind.GAUGE, "Unavailable lanes of the store, whose users get unavailable"),
    LIMITED(Kind.COUNTER, "Frames that a limit refused", "scope", "window", "action"),
    LIMITS_OBSERVED(Kind.COUNTER, "Attempts that exceeded a limit which only observes", "limit"),
    MAILS(Kind.COUNTER, "Mails to users of accounts, by what became of them", "result"),
    MODERATED(Kind.COUNTER, "Messages that the moderation service was asked about", "answer"),
    NODE_LEASES_LOST(Kind.COUNTER, "Times that this node lost its lease"),
    NODES_LOST(Kind.COUNTER, "Other nodes that left without a graceful stop"),
    OUTBOX_BYTES(Kind.GAUGE, "Bytes of live frames that wait for slow readers"),
    OUTGOING(Kind.TIMER, "Duration of calls to outside services", "service"),
    OUTGOING_FAILURES(Kind.COUNTER, "Calls to outside services that brought no usable answer", "service"),
    OWN_EVENTS(Kind.COUNTER, "Frames with an event of the application, by its name", "event"),
    PENDING_CONNECTIONS(Kind.GAUGE, "TCP connections that have not upgraded"),
    PENDING_CONNECTIONS_CLOSED(Kind.COUNTER, "TCP connections closed before their upgrade", "reason"),
    PRESENCE_USERS(Kind.GAUGE, "Users whose presence this node keeps, counted in each of their rooms"),
    PUBLISH(Kind.TIMER, "Time from receiving a message to its ack"),
    READY(Kind.GAUGE, "1 for each passing readiness check, else 0", "check"),
    RECEIVED_BYTES(Kind.COUNTER, "Bytes of frames received"),
    REFUSALS(Kind.COUNTER, "Frames that were refused", "reason"),
    REPUTATION_FILES_UNUSABLE(Kind.GAUGE, "Lists of bad addresses that can't be used as they are"),
    REPUTATION_LINES_SKIPPED(Kind.GAUGE, "Lines in lists of bad addresses that are no entries"),
    REPUTATION_LOOKUPS(Kind.COUNTER, "Addresses that are listed, and look-ups without an answer", "result"),
    REPUTATION_RANGES(Kind.GAUGE, "Addresses and ranges in the lists of bad addresses"),
    REVOCATION(Kind.TIMER, "Time from cutting a session off to the close of its connection"),
    ROOMS(Kind.GAUGE, "Rooms with members on this node"),
    SERVER_MESSAGES(Kind.COUNTER, "Messages of the application's server, by what became of them", "outcome"),
    SESSION_ENDS_PENDING(Kind.GAUGE, "Sessions whose end is not yet in the store"),
    SESSIONS(Kind.GAUGE, "Live sessions of this node"),
    SIGNATURES_REFUSED(Kind.COUNTER, "Signatures not checked because too many waited"),
    SLOW_READER_CLOSES(Kind.COUNTER, "Connections closed for reading too slowly"),
    SOCKETIO_REFUSED(Kind.COUNTER, "Requests for Socket.IO that are of no use to its protocol", "reason"),
    STORE(Kind.TIMER, "Duration of operations of the store", "operation"),
    STORE_CALLS(Kind.TOTAL, "Calls to a store in another process"),
    STORE_CALLS_REFUSED(Kind.TOTAL, "Calls to the store that failed at once because too many were in flight"),
    STUFFING(Kind.COUNTER, "Attempts of addresses that try stolen passwords or forged tokens", "sign"),
    TLS_CERTIFICATE_EXPIRY_SECONDS(
            Kind.GAUGE, "When the certificate that the listener serves expires, in seconds since 1970; 0 without TLS"),
    TLS_CERTIFICATES_REFUSED(Kind.COUNTER, "Renewed certificates of the listener that could not be served"),
    UNAUTHENTICATED_CONNECTIONS(Kind.GAUGE, "Slots of connections without a valid token so far"),
    UPLOADS(Kind.COUNTER, "Uploads to this node, by what came of them", "result"),
    UPLOADS_EXCEEDED(Kind.COUNTER, "Uploads to this node without room, by the share that they exceed", "share"),
    UPLOADS_HELD_BYTES(Kind.GAUGE, "Bytes of all uploads that the store knows, with their tickets"),
    WORKERS_QUEUED(Kind.GAUGE, "Pieces of slow work that wait for a thread"),
    WORKERS_REFUSED(Kind.COUNTER, "Pieces of slow work not run because too much of it was waiting");

    private static final Duration[] BOUNDS = LongStream.of(
                    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
                    2_500_000, 5_000_000)
            .mapToObj(micros -> Duration.ofNanos(micros * 1_000))
            .toArray(Duration[]::new);

    private static final String SEPARATOR = " ";

    private final Kind kind;
    private final String help;
    private final String labels; // an enum is immutable

    /** How a metric comes to its values. */
    enum Kind {
        /** It is counted. */
        COUNTER,
        /** It is counted elsewhere, and read when the metrics are. */
        TOTAL,
        /** It is measured when the metrics are read. */
        GAUGE,
        /** It is timed. */
        TIMER
    }

    Metric(Kind kind, String help, String... labels) {
        this.kind = kind;
        this.help = help;
        this.labels = String.join(SEPARATOR, labels);
    }

    /** The name in the dashboard. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    /** Its name in the registry, from which Prometheus' own is made. */
    String meter() {
        return "portcullis." + id();
    }

    /** Whether it is one series, so that it is there before something is counted. */
    boolean isSingle(Kind wanted) {
        return kind == wanted && labels.isEmpty();
    }

    /** The function refers to the adder strongly, since a registry refers to the counted object only weakly. */
    LongAdder counter(MeterRegistry registry, String... values) {
        require(Kind.COUNTER);
        LongAdder count = new LongAdder();
        FunctionCounter.builder(meter(), count, any -> count.sum())
                .description(help)
                .tags(tags(values))
                .register(registry);
        return count;
    }

    Timer timer(MeterRegistry registry, String... values) {
        require(Kind.TIMER);
        return Timer.builder(meter())
                .description(help)
                .tags(tags(values))
                .serviceLevelObjectives(BOUNDS)
                .register(registry);
    }

    void measure(MeterRegistry registry, DoubleSupplier value, String... values) {
        if (kind == Kind.TOTAL) {
            FunctionCounter.builder(meter(), this, any -> value.getAsDouble())
                    .description(help)
                    .tags(tags(values))
                    .register(registry);
        } else {
            require(Kind.GAUGE);
            Gauge.builder(meter(), value::getAsDouble)
                    .description(help)
                    .tags(tags(values))
                    .register(registry);
        }
    }

    private List<Tag> tags(String... values) {
        List<String> names = labels.isEmpty() ? List.of() : List.of(labels.split(SEPARATOR, -1));
        if (values.length != names.size()) {
            throw new IllegalArgumentException(this + " has other labels");
        }
        return IntStream.range(0, values.length)
                .mapToObj(i -> Tag.of(names.get(i), values[i]))
                .toList();
    }

    private void require(Kind wanted) {
        if (kind != wanted) {
            throw new IllegalArgumentException(this + " is of another kind");
        }
    }
}
