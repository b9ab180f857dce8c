package dev.portcullis.auth.session;

import dev.portcullis.config.HeapShare;
import dev.portcullis.config.Section;

/**
 * The section {@code sessions}.
 *
 * @param max live sessions of one user
 * @param handshakesPerMinute of one user, with a valid token
 * @param trackedUsers users whose sessions and handshakes are known at one time
 * @param suspectAfterMs a session not heard from for this long may be a ghost
 * @param probeTimeoutMs how long a suspected ghost has to answer a ping
 */
public record SessionsConfig(
        int max,
        OnExceeded onExceeded,
        int handshakesPerMinute,
        int trackedUsers,
        long suspectAfterMs,
        long probeTimeoutMs) {

    /** Of the heap, about, for a user who came in, did all that is counted apart, and went. */
    private static final long USER_BYTES = 2_400;

    /** Who gives way when a user has as many sessions as allowed. */
    public enum OnExceeded {
        REJECT,
        EVICT_OLDEST
    }

    public static SessionsConfig read(Section sessions) {
        return new SessionsConfig(
                sessions.integer("max", 5, 1, 1_000, "live sessions of one user"),
                sessions.choice(
                        "onExceeded", OnExceeded.REJECT, "who gives way to the next one: itself, or the oldest"),
                sessions.integer("handshakesPerMinute", 30, 1, 1_000, "handshakes of one user with a valid token"),
                HeapShare.ACTIVE_USERS.atMost(
                        sessions.integer(
                                "trackedUsers",
                                200_000,
                                100,
                                10_000_000,
                                "users whose sessions and handshakes are known at one time; beyond, nobody new comes in; "
                                        + HeapShare.ACTIVE_USERS.bound(USER_BYTES)),
                        USER_BYTES),
                sessions.millis(
                        "suspectAfterMs",
                        5_000,
                        100,
                        60_000,
                        "a session silent for this long is pinged before the cap counts"),
                sessions.millis(
                        "probeTimeoutMs", 2_000, 100, 10_000, "how long such a session has to answer, or is ended"));
    }
}
