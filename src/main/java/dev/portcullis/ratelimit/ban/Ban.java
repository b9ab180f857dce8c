package dev.portcullis.ratelimit.ban;

import dev.portcullis.protocol.LowerCaseId;

/**
 * One ban.
 *
 * @param reason for operators alone
 * @param until when it ends, in milliseconds; {@link #FOREVER} if never
 * @param decidedAt in milliseconds
 */
public record Ban(BanTarget target, Origin origin, String reason, long until, long decidedAt) {
    public static final long FOREVER = Long.MAX_VALUE;

    /** The origin of the decision. */
    public enum Origin implements LowerCaseId {
        /** A rule of this server. Of addresses it refuses only clients that are not authenticated. */
        RULE,
        OPERATOR,
        CONFIGURATION
    }

    public boolean isInForce(long now) {
        return now < until;
    }

    /**
     * A ban by a rule replaces an earlier one that ends before this time. A ban of addresses must last longer by half its
     * length: otherwise each request of a flood would write the list, and every node read it again (CWE-400). A ban of a user
     * is asked for again only where that is needed, such as for a cut-off that failed.
     */
    private long replacesUntil() {
        return target.fold(user -> until - 1, range -> until - (until - decidedAt) / 2);
    }

    /** Whether it stays, while it is in force, where another one of its target is asked for. */
    boolean isKeptBeside(Ban asked) {
        boolean outlasts = origin != Origin.RULE || until > asked.replacesUntil();
        return equals(asked) || (asked.origin == Origin.RULE && outlasts);
    }

    /** Whether it holds for clients with a valid token too. */
    public boolean holdsForAll() {
        return origin != Origin.RULE;
    }
}
