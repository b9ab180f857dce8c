package dev.portcullis.audit.metrics;

/** The counters whose label has the constants of an enum of another package. */
public enum CounterFamily {
    /** Mails to users of accounts. */
    MAILS("portcullis.mails", "result"),

    KEY_FETCHES("portcullis.key.fetches", "result"),
    MODERATED("portcullis.moderated", "answer"),
    OUTGOING_FAILURES("portcullis.outgoing.failures", "service"),
    HANDSHAKES_REFUSED("portcullis.handshakes.refused", "reason"),

    /** Requests for Socket.IO that are of no use to its protocol. */
    SOCKETIO_REFUSED("portcullis.socketio.refused", "reason"),

    STUFFING("portcullis.stuffing", "sign"),
    REPUTATION_LOOKUPS("portcullis.reputation.lookups", "result"),

    /** Audit events, before repeats are put together. */
    AUDIT_EVENTS("portcullis.audit.events", "event"),

    /** Audit events that found no room on their way to the audit file. */
    AUDIT_DROPPED("portcullis.audit.dropped", "queue"),

    /** Events that raised the score of a session. */
    ANOMALY_EVENTS("portcullis.anomaly.events", "event"),

    /** Scores that reached a threshold. */
    ANOMALY_THRESHOLDS("portcullis.anomaly.thresholds", "level"),

    /** Texts in which a signature of an attack was found. */
    ATTACK_SIGNATURES("portcullis.attack.signatures", "class"),

    /** Files that were to be uploaded to this node. */
    UPLOADS("portcullis.uploads", "result"),

    /** Files for which there was no room. */
    UPLOADS_EXCEEDED("portcullis.uploads.exceeded", "share"),

    /** Files that were to be downloaded. */
    DOWNLOADS("portcullis.downloads", "result"),

    /** Events of hooks that were delivered. */
    HOOK_EVENTS("portcullis.hook.events", "result"),

    PENDING_CLOSED("portcullis.pending.connections.closed", "reason"),
    BANS_OMITTED("portcullis.bans.omitted", "reason"),
    ADMIN_CONNECTIONS_CLOSED("portcullis.admin.connections.closed", "reason"),

    /** Frames with an event of the application. */
    OWN_EVENTS("portcullis.own.events", "event"),

    /** Messages of the application's server. */
    SERVER_MESSAGES("portcullis.server.messages", "outcome");

    private final String meter;
    private final String label;

    CounterFamily(String meter, String label) {
        this.meter = meter;
        this.label = label;
    }

    String meter() {
        return meter;
    }

    String label() {
        return label;
    }
}
