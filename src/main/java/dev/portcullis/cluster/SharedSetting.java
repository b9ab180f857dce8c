package dev.portcullis.cluster;

import dev.portcullis.protocol.LowerCaseId;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** A setting that all nodes of a cluster that know it must have in common. */
public enum SharedSetting implements LowerCaseId {
    /** The cluster's name. */
    NAME("cluster.name"),
    /** The number of lanes: a node with another number looks for a stream in another lane. */
    LANES("the number of lanes"),
    /** The number of bits in the set of followed streams: a broadcast stage with another number would miss edges. */
    INTEREST("broadcast.interestBits"),
    /** The issuers whose tokens are valid, and what they may grant. */
    ISSUERS("auth.issuers"),
    /** The keys of tokens and passwords: with others on one node, its users could not log in on the next. */
    ACCOUNTS("accounts"),
    /** Which sessions need a CSRF token: a cookie is judged by the stage auth, and frames by the edge. */
    CSRF("csrf.require"),
    /** The permissions of each role. */
    PERMISSIONS("permissions"),
    /** The rooms that everyone may enter. */
    PUBLIC_ROOMS("rooms.public"),
    /**
     * The service that is asked about a room besides the rules: a node without it would refuse what the others permit.
     */
    ROOM_AUTHORIZER("rooms.authorizer"),
    /**
     * Whether a user must agree before another one adds them to a room: the stage of one node decides, for users of all nodes.
     */
    ADDING("rooms.adding"),
    /** The users who may write to each other: a node with another rule would refuse what the others permit. */
    DIRECT("direct.allow"),
    /** How much of an inbox is kept, and what moves its positions: each append and each session goes by its own node. */
    INBOX("streams.inbox and direct.ackPer"),
    /** The moderation service: a node without it would publish what the others refuse. */
    MODERATION("content.hook"),
    /** Where files are: a node that looks elsewhere would not find them. */
    UPLOADS("uploads"),
    /** The events that the application is told: a node without them would not tell of its messages and sessions. */
    HOOKS("hooks"),
    /** The application's own events: a node without one would refuse what the others accept. */
    EVENTS("events"),
    /** The replicas of Redis that an ack needs: a node with fewer would acknowledge what a failover loses. */
    ACK_REPLICAS("store.redis.ackReplicas"),
    /** Where the archive is: a node without it would let entries go that the others keep for it. */
    ARCHIVE("archive.kind"),
    /** How much of a room is kept: each append trims the room to the retention of its own node. */
    WINDOW("streams.room"),
    /** How much of a room is kept at all: by a node with other patterns it would lose what the next one keeps. */
    RETENTION("retention");

    /** All but those whose difference splits the cluster or hides streams, which is never intended. */
    static final Set<SharedSetting> ALLOWED_TO_DIFFER =
            Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(NAME, LANES, INTEREST)));

    private final String displayName;

    SharedSetting(String displayName) {
        this.displayName = displayName;
    }

    /** The name that operators know. */
    String displayName() {
        return displayName;
    }

    /** Empty for a setting of a later release. */
    static Optional<SharedSetting> of(String id) {
        for (SharedSetting setting : values()) {
            if (setting.id().equals(id)) {
                return Optional.of(setting);
            }
        }
        return Optional.empty();
    }

    boolean mayDiffer() {
        return ALLOWED_TO_DIFFER.contains(this);
    }
}
