package dev.portcullis.auth.account;

import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.refresh.RefreshFamily;

/**
 * A login as its user sees it.
 *
 * @param sid names it; public, unlike its tokens
 * @param renewedAt when its newest refresh token was issued
 * @param device the device that got the newest token
 */
public record LoginEntry(String sid, long createdAt, long renewedAt, LoginDevice device) {
    /** The time after the password was given in which a client of the login may do acts that need it again otherwise. */
    private static final long PROVED_MS = 900_000;

    static LoginEntry of(RefreshFamily login) {
        return new LoginEntry(login.id(), login.createdAt(), login.newestIssuedAt(), login.device());
    }

    /**
     * Whether a client of this login may end another one of the user. It may not end one that began later, unless the password
     * was given a short time ago: otherwise a thief of a login could end each new one in which the user comes to set a new
     * password (CWE-306).
     */
    public boolean mayEnd(LoginEntry other, long now) {
        return other.createdAt <= createdAt || now - createdAt < PROVED_MS;
    }
}
