package dev.portcullis.auth.refresh;

import dev.portcullis.auth.refresh.Exchange.Current;
import dev.portcullis.auth.refresh.Exchange.Reused;
import dev.portcullis.auth.refresh.Exchange.Unknown;

/** Decides what a refresh token is exchanged for (RFC 9700 section 4.14.2). */
public final class RefreshPolicy {
    private final RefreshConfig config;

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
            return new Unknown();
        }
        if (generation == family.generation()) {
            return new Current(family.rotate(by, now));
        }
        boolean inGrace = family.replacedAt(generation)
                .filter(at -> now - at < config.graceMs())
                .isPresent();
        return inGrace ? new Current(family) : new Reused(family.end(now));
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
