package dev.portcullis.auth.refresh;

/** Decides what a refresh token is exchanged for (RFC 9700 section 4.14.2). */
public final class RefreshPolicy {
    private final RefreshConfig config;

    /** What a client gets for its refresh token. */
    public enum Outcome {
        /** The newest token. */
        CURRENT,
        /** Nothing: two parties have the token, and one of them stole it. The login has ended. */
        REUSED,
        /** Nothing: the token is not good. */
        UNKNOWN
    }

    /** @param family as it is from now on */
    public record Exchange(Outcome outcome, RefreshFamily family) {}

    public RefreshPolicy(RefreshConfig config) {
        this.config = config;
    }

    /**
     * A token that was replaced within the grace gets the newest one, as a second tab does. The grace of each token begins
     * with its own replacement: otherwise any old token were good right after a refresh of the user.
     *
     * @param generation the generation of a token that surely belongs to this family
     * @param by the device that asks
     */
    public Exchange exchange(RefreshFamily family, long generation, LoginDevice by, long now) {
        if (!family.isLive() || now >= expiresAt(family)) {
            return new Exchange(Outcome.UNKNOWN, family);
        }
        if (generation == family.generation()) {
            return new Exchange(Outcome.CURRENT, family.rotate(by, now));
        }
        boolean inGrace = family.replacedAt(generation)
                .filter(at -> now - at < config.graceMs())
                .isPresent();
        return inGrace ? new Exchange(Outcome.CURRENT, family) : new Exchange(Outcome.REUSED, family.end(now));
    }

    /** The end of its newest token. */
    public long expiresAt(RefreshFamily family) {
        return Math.min(family.newestIssuedAt() + config.tokenMs(), endOf(family));
    }

    /** The end of the login, however often it is refreshed. */
    public long endOf(RefreshFamily family) {
        return family.createdAt() + config.familyMs();
    }
}
