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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** All metrics of a node, with the text that each has in Prometheus and on the page of the metrics. */
public enum Metric {
    ADMIN_CONNECTIONS(Kind.GAUGE, "TCP connections of the operators' listener"),
    ADMIN_CONNECTIONS_CLOSED(
            Kind.COUNTER,
            "Connections of the operators' listener that this node closed: `address_limit`, `node_limit` or "
                    + "`deadline`, if no request came in time",
            "reason"),
    ANOMALY_EVENTS(Kind.COUNTER, "Events that raised the score of a session", "event"),
    ANOMALY_THRESHOLDS(Kind.COUNTER, "Scores that reached a threshold: `restricted`, `hostile`, `address`", "level"),
    ARCHIVE_AWAY(Kind.GAUGE, "1 while this node does not reach the archive, or the archive takes nothing, else 0"),
    ARCHIVE_BACKLOG_BYTES(Kind.GAUGE, "Bytes of entries in the store that the archive does not have yet, of all nodes"),
    ARCHIVE_BYTES(Kind.GAUGE, "Bytes of an embedded archive, as `archive.bytes` counts them; 0 of another one"),
    ARCHIVE_CALLS_WAITING(Kind.GAUGE, "Calls to PostgreSQL that wait for a connection of this node"),
    ARCHIVE_ENTRIES(Kind.COUNTER, "Entries that this node gave the archive"),
    ARCHIVE_ENTRIES_MISSING(
            Kind.COUNTER, "Entries that the store lost before the archive had them: its readers are told of each gap"),
    ARCHIVE_HELD_BYTES(
            Kind.GAUGE,
            "Bytes of the copies that holds keep, all together: beyond `archive.bytes`; of PostgreSQL the size of their table, which does not"
                    + " shrink at once"),
    ARCHIVE_OLDEST_SECONDS(
            Kind.GAUGE,
            "Age of the oldest entry in an embedded archive, to the hour: where it falls, new messages push out old ones faster"),
    ARCHIVE_SUPERSEDED(
            Kind.COUNTER,
            "Entries that PostgreSQL moved aside, since the store lost them after the archive had got them"),
    ARCHIVE_EXPIRED(
            Kind.COUNTER,
            "Entries that were removed from the archive, since they were beyond the retention of their stream"),
    ARCHIVE_SWEPT(Kind.COUNTER, "Entries that were removed from an embedded archive, since it had `archive.bytes`"),
    ATTACK_SIGNATURES(Kind.COUNTER, "Texts in which a signature of an attack was found", "class"),
    AUDIT_DROPPED(
            Kind.COUNTER,
            "Audit events that found no room on their way to the audit file and are lost: `ordinary`, or "
                    + "`reserved` ones of auth, admin, bans and revocations",
            "queue"),
    AUDIT_EVENTS(Kind.COUNTER, "Audit events by name, each repeat counted", "event"),
    AUDIT_GAPS(
            Kind.COUNTER,
            "Starts at which the audit files lacked lines that the store knows, or had lines that the node "
                    + "has not written"),
    AUDIT_QUEUED(Kind.GAUGE, "Audit events that wait for the audit file"),
    AUDIT_UNANCHORED_LINES(Kind.GAUGE, "Lines of the audit file behind the head that the store knows"),
    AUTH_FAILURES(Kind.COUNTER, "Tokens that were not accepted", "reason"),
    BACKUP_SECONDS(
            Kind.GAUGE, "How long the last backup of the embedded store took, until its last file was on the disk"),
    BACKUP_TIMESTAMP_SECONDS(
            Kind.GAUGE, "When that was, in seconds since 1970; 0 if none was made, and with another store"),
    BANS(Kind.COUNTER, "Bans that a `rule` or an `operator` decided, of a `user` or an `address`", "origin", "kind"),
    BANS_AGE_SECONDS(Kind.GAUGE, "Since this node has read the bans; it looks twice a second"),
    BANS_IN_FORCE(Kind.GAUGE, "Bans that this node refuses clients by, those of its configuration included"),
    BANS_OMITTED(
            Kind.COUNTER,
            "Bans of rules that are not kept: `exempt` (no rule may ban this user or address), `full` (there "
                    + "are as many as `bans.max`; also of operators)",
            "reason"),
    BREAKER_STATE(
            Kind.GAUGE,
            "The circuit breaker of an outside service: 0 closed, 1 half-open (the next call tries the "
                    + "service), 2 open (the service is not called for a while). `service` is `keys`, `content_hook`, "
                    + "`reputation`, `room_authorizer`, `direct_hook`, `file_store` or `hooks`; of several servers the "
                    + "worst counts; 0 for a service that the node does not use. `content_hook`, `room_authorizer` and "
                    + "`direct_hook` have a circuit breaker for each user: it is 2 while the last questions, of all "
                    + "users together, failed as often in a row as opens one, and 0 from the next answer on",
            "service"),
    BREAKERS_OPEN(
            Kind.GAUGE,
            "Instances of a stage that this node does not ask for a while, after several failures",
            "stage"),
    BREAKERS_OPENED(
            Kind.COUNTER, "Times that a circuit breaker opened: a stage instance is then not asked for a while"),
    BUFFERED_BYTES(Kind.GAUGE, "Bytes that wait, in and out, for all connections together"),
    BUFFERED_BYTES_LIMIT(
            Kind.GAUGE, "The most bytes that may wait for all connections together: `limits.bufferedBytesPerNode`"),
    BUS_DROPPED(Kind.COUNTER, "Notices not sent to a node that is behind; that node finds their entries in the store"),
    BUS_REQUEST(Kind.TIMER, "Questions to a stage", "stage"),
    BUS_SENT_BYTES(Kind.COUNTER, "Bytes of questions, answers and notices sent to other nodes"),
    BUS_UNACKED_BYTES(
            Kind.GAUGE,
            "Bytes of notices that other nodes have not acknowledged; beyond `bus.link.bytes` to one node "
                    + "they are dropped"),
    BUS_UNDECODABLE(Kind.COUNTER, "Messages from another node that could not be decoded"),
    CLUSTER_NODES(Kind.GAUGE, "Nodes of the cluster that this one reaches, including itself; 1 without a cluster"),
    CONNECTION_ADDRESSES(Kind.GAUGE, "Addresses that hold a slot in the limits of open connections"),
    CONNECTION_MESSAGE_RATE(Kind.GAUGE, "Frames a second of one connection: `mean` and `p99`", "statistic"),
    CONNECTION_SLOTS(
            Kind.GAUGE,
            "Slots held in the limits of open connections; more than `portcullis_connections` only during "
                    + "handshakes"),
    CONNECTIONS(Kind.GAUGE, "Open connections"),
    CONNECTIONS_CLOSED(
            Kind.COUNTER, "Connections that ended, by our close code; `none` if the client disconnected", "code"),
    CONNECTIONS_OPENED(Kind.COUNTER, "Connections opened since the start"),
    CONNECTIONS_WAITING(Kind.GAUGE, "Accepted TCP connections that wait until an event loop takes them on"),
    CUTOFFS_MISSED(
            Kind.COUNTER,
            "Times that cut-offs were lost, so that no frame of their lanes passed until the live sessions "
                    + "were read"),
    DELIVERED_BYTES(Kind.COUNTER, "Bytes of the frames of rooms and inboxes that were handed to connections"),
    DELIVERIES(
            Kind.COUNTER, "Frames of rooms and inboxes that were handed to connections, counted for each connection"),
    DELIVERY(Kind.TIMER, "From a message's append to its write to the sockets"),
    DOWNLOADS(Kind.COUNTER, "Downloads from this node, by the words on the page of the protocol about files", "result"),
    EVENT_LOOP_LAG_SECONDS(
            Kind.GAUGE,
            "By how much a task that each event loop of the edge runs once a second was late the last time; "
                    + "the worst of them"),
    FILE_TRANSFERS(Kind.GAUGE, "Uploads and downloads that are on their way"),
    FILES_BYTES(Kind.GAUGE, "Bytes of all files on the disk of this node, and of those that arrive; 0 without"),
    FILES_REMOVED(
            Kind.COUNTER,
            "Files whose end this node began, since a message that named them was removed, or their room was deleted"),
    FRAMES(Kind.COUNTER, "Frames that were read", "type"),
    HANDSHAKE_WAIT(Kind.TIMER, "How long handshakes waited that could not begin at once, and got their turn"),
    HANDSHAKES_REFUSED(
            Kind.COUNTER,
            "Handshakes that were refused, by the words on the page of the protocol about handshakes",
            "reason"),
    HANDSHAKES_WAITING(Kind.GAUGE, "Handshakes that wait until others have ended"),
    HEARTBEAT_TERMINATIONS(Kind.COUNTER, "Connections closed `4000` by the heartbeat timeout"),
    HOOK_EVENTS(
            Kind.COUNTER,
            "Events that this node delivered to the application: `delivered`, `repeated` (it did not take "
                    + "them; they are delivered again) or `discarded` (given up). An event of another key that shows "
                    + "whether the application takes any counts as `repeated`",
            "result"),
    HOOKS_DEAD_LETTERS(Kind.GAUGE, "Events that were given up and are kept, of all nodes"),
    HOOKS_LOST(Kind.GAUGE, "Dead letters for which there was no room: these are gone"),
    HOOKS_OVERFLOWN(
            Kind.GAUGE, "Events that were given up because an outbox was full, of all nodes and since the store began"),
    HOOKS_WAITING(Kind.GAUGE, "Events in the store that are not delivered yet, of all nodes"),
    HTTP_REQUESTS_LIMITED(
            Kind.COUNTER, "HTTP requests refused with 429 because their address sent too many without a valid token"),
    INBOX_TRIMMED(Kind.COUNTER, "Entries that went from full inboxes before they were acknowledged"),
    KEY_BREAKERS_OPEN(Kind.GAUGE, "Issuers whose server is not asked for keys for a while, after several failures"),
    KEY_FETCHES(Kind.COUNTER, "Reads of an issuer's keys from its server: `ok`, or why nothing was read", "result"),
    KEY_SET_AGE_SECONDS(Kind.GAUGE, "Age of the key set that was read longest ago; 0 without any"),
    KEY_SETS_STALE(
            Kind.GAUGE, "Issuers whose keys could not be read the last time: the last that were read stay in use"),
    LANES_UNAVAILABLE(
            Kind.GAUGE,
            "Of the 256 lanes of the store, those that this node can't reach: their users get `unavailable`"),
    LIMITED(
            Kind.COUNTER,
            "Frames that a limit refused; `action` is the type of the frame, `send-message` for a `chat` "
                    + "under that name, or `none` if it was not read so far",
            "scope",
            "window",
            "action"),
    LIMITS_OBSERVED(Kind.COUNTER, "Attempts that exceeded a limit which only observes", "limit"),
    MAILS(Kind.COUNTER, "Mails to users of accounts: `sent`, `refused`, `failed`, `unanswered` or `dropped`", "result"),
    MESSAGES_EXPIRED(
            Kind.COUNTER, "Messages whose time was over and whose text this node took away; each copy of a direct one"),
    MESSAGES_OVERDUE_SECONDS(
            Kind.GAUGE, "How long a message is over that this node should have deleted first; 0 if there is none"),
    MODERATED(
            Kind.COUNTER,
            "Messages that the moderation service was asked about: `allow`, `refuse`, `replace`, or `none`, "
                    + "if there was no answer that could be used",
            "answer"),
    NODE_LEASES_LOST(
            Kind.COUNTER,
            "Times that this node lost its lease: the other nodes took it for dead, its sessions ended and "
                    + "its connections were closed `1012`"),
    NODES_LOST(Kind.COUNTER, "Other nodes that left without a graceful stop"),
    OUTBOX_BYTES(Kind.GAUGE, "Bytes of live frames that wait for slow readers"),
    OUTGOING(Kind.TIMER, "Calls to an outside service, until their answer or their deadline", "service"),
    OUTGOING_FAILURES(
            Kind.COUNTER,
            "Calls to an outside service, also those that were not made because the breaker was open or too "
                    + "many were in flight, without a usable answer",
            "service"),
    OWN_EVENTS(
            Kind.COUNTER,
            "Frames of clients with an event of the application, by its name; `other` for names that no event " + "has",
            "event"),
    PENDING_CONNECTIONS(
            Kind.GAUGE,
            "TCP connections that have not upgraded, without those on which connected clients of Socket.IO "
                    + "poll, and WebSockets by which clients of Socket.IO don't go on yet"),
    PENDING_CONNECTIONS_CLOSED(
            Kind.COUNTER,
            "TCP connections closed by us before their upgrade: `address_limit`, `node_limit`, "
                    + "`address_rate`, `deadline`, `idle` (kept after an answer, without a further request), "
                    + "`untrusted_proxy` or `proxy_header`",
            "reason"),
    PRESENCE_USERS(Kind.GAUGE, "Users whose presence this node keeps for the cluster, counted in each of their rooms"),
    PUBLISH(Kind.TIMER, "From receiving a message to its ack"),
    READY(Kind.GAUGE, "1 for each passing readiness check, else 0", "check"),
    RECEIVED_BYTES(Kind.COUNTER, "Bytes of frames that were received, also of those that were refused"),
    REFUSALS(Kind.COUNTER, "Frames that were refused; `rate_limited` is one of the reasons", "reason"),
    REPUTATION_FILES_UNUSABLE(
            Kind.GAUGE,
            "Lists in `reputation.files` that can't be used as they are; their last good versions are in "
                    + "force, if they had one"),
    REPUTATION_LINES_SKIPPED(
            Kind.GAUGE, "Lines in the lists of `reputation.files` that are no entries, and are skipped"),
    REPUTATION_LOOKUPS(
            Kind.COUNTER,
            "Addresses that a `file` or the `service` lists; and look-ups that `failed`, or were too `late` "
                    + "for their client",
            "result"),
    REPUTATION_RANGES(
            Kind.GAUGE, "Addresses and ranges in `reputation.files`, after those that touch were put together"),
    REVOCATION(Kind.TIMER, "From cutting a session off to the close of its connection"),
    ROOMS(Kind.GAUGE, "Rooms with members on this node"),
    SEARCH_INDEX_BEHIND_SECONDS(
            Kind.GAUGE,
            "How long a message or its change waits to be found by a search; 0 if none does, or there is no search"),
    SERVER_MESSAGES(
            Kind.COUNTER,
            "Messages of the application's server: `stored` (also again under a known key), `sent` (an event "
                    + "that is not stored), `validation_failed`, `message_too_large`, `conflict`, `restricted`, "
                    + "`unavailable`, or `other`",
            "outcome"),
    SESSION_ENDS_PENDING(
            Kind.GAUGE,
            "Sessions whose connection is gone and whose end is not yet in the store; the node repeats the "
                    + "end until it is"),
    SESSIONS(Kind.GAUGE, "Live sessions"),
    SIGNATURES_REFUSED(
            Kind.COUNTER,
            "Signatures that were not checked, because too many waited for one of `auth.signatures.threads`, "
                    + "or for too long"),
    SLOW_READER_CLOSES(Kind.COUNTER, "Connections closed `1013` for reading too slowly"),
    SOCKETIO_REFUSED(
            Kind.COUNTER,
            "Requests for `/socket.io/` that are of no use to its protocol, by the words of its errors",
            "reason"),
    STORE(
            Kind.TIMER,
            "The store's work: `commit`, `read`, `inline`, the reads of a few rows that memory answered at once, `cold`, the reads of an archive on the node's disk, `search`, the "
                    + "looks into its index, `script`, "
                    + "`background`, the steps that look for entries that are too old, `checkpoint`, the copy of one moment "
                    + "that a backup takes away, and `replicas`, each wait for the replicas of Redis by which a group of "
                    + "appends is confirmed (`store.redis.ackReplicas`)",
            "operation"),
    STORE_APPENDS_CONFIRMED(
            Kind.TOTAL,
            "Appends that the replicas of Redis confirmed, if `store.redis.ackReplicas` is set. Divided by the number of waits "
                    + "it is the size of a group"),
    STORE_APPENDS_UNCONFIRMED(
            Kind.TOTAL,
            "Appends that were answered `unavailable` because too few replicas of Redis confirmed them in time, or because too "
                    + "few were known to follow"),
    STORE_CALLS(Kind.TOTAL, "Calls to a store in another process; 0 with the embedded one"),
    STORE_CALLS_REFUSED(
            Kind.TOTAL,
            "Calls to a store in another process that failed at once, because it was slow and too many were "
                    + "in flight"),
    STUFFING(
            Kind.COUNTER,
            "Failures of addresses that try stolen passwords (`accounts`) or forged tokens (`tokens`), from "
                    + "the one at which they are banned on, also if `stuffing.mode` only observes",
            "sign"),
    TLS_CERTIFICATE_EXPIRY_SECONDS(
            Kind.GAUGE,
            "When the certificate that the listener serves expires, or one of its chain, in seconds since "
                    + "1970; 0 without TLS"),
    TLS_CERTIFICATES_REFUSED(
            Kind.COUNTER, "Renewed certificates that could not be served, as in `tls.certificate.refused`"),
    TRACE_SPANS_DROPPED(
            Kind.COUNTER,
            "Spans of traces that are lost: too many waited (`tracing.queue`), the collector did not take them, or the node stopped"),
    TRACE_SPANS_SENT(Kind.COUNTER, "Spans of traces that the collector has taken"),
    TRACE_SPANS_WAITING(Kind.GAUGE, "Spans of traces that wait for the collector; 0 without `tracing.enabled`"),
    UNAUTHENTICATED_CONNECTIONS(Kind.GAUGE, "Slots of connections without a valid token so far"),
    UPLOADS(Kind.COUNTER, "Uploads to this node, by the words on the page of the protocol about files", "result"),
    UPLOADS_EXCEEDED(
            Kind.COUNTER,
            "Uploads to this node for which there was no room, by the share that they exceed: `bytes`, "
                    + "`pending`, `share`, `address`, `reserve`",
            "share"),
    UPLOADS_HELD_BYTES(
            Kind.GAUGE,
            "Bytes of all uploads that the store knows, of all nodes, with their tickets, at the last sweep"),
    WORKERS_QUEUED(
            Kind.GAUGE,
            "Pieces of slow work, such as a scrape of these metrics, that wait for one of `workers.threads`"),
    WORKERS_REFUSED(Kind.COUNTER, "Pieces of slow work that were not run, because too many waited, or for too long");

    private static final String OPENING = """
            # Metrics

            `GET /metrics` of the listener `admin` has these for Prometheus, each with its line here as its description. No label carries a user, an
            address or a room. JVM and process metrics have their usual names. A name in `_seconds` is a histogram, but for that of the certificate, with
            `_bucket`, `_count` and `_sum`; `_max` is the largest of the last minutes.

            This page is written by `metrics`.

            | name | what |
            | --- | --- |
            """;

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

    /** The page that explains all metrics. */
    public static String page() {
        return Stream.of(values()).map(Metric::row).collect(Collectors.joining("", OPENING, ""));
    }

    /** Its row on the page of the metrics. */
    String row() {
        String name = meter().replace('.', '_')
                + switch (kind) {
                    case COUNTER, TOTAL -> "_total";
                    case TIMER -> "_seconds";
                    case GAUGE -> "";
                };
        String sorted = Stream.of(labels.split(SEPARATOR, -1)).sorted().collect(Collectors.joining(","));
        return "| `" + name + (sorted.isEmpty() ? "" : "{" + sorted + "}") + "` | " + help + " |\n";
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
