package dev.portcullis.auth.session;

import dev.portcullis.config.HeapShare;
import dev.portcullis.config.Section;

/** The section {@code sessions}. */
public record SessionsConfig(
        int max,
        OnExceeded onExceeded,
        int handshakesPerMinute,
        int trackedUsers,
        long suspectAfterMs,
        long probeTimeoutMs,
        long idleMs,
        long absoluteMs,
        int revocationsPerUser,
        int revocationsWithoutUser) {

    private static final long DAY = 86_400_000;

    /** Heap, roughly, for a user who connected, used everything that is counted separately, and left. */
    private static final long USER_BYTES = 2_400;

    /** Which session goes when a user is at the cap. */
    public enum OnExceeded {
        REJECT,
        EVICT_OLDEST
    }

    public static SessionsConfig read(Section sessions) {
        return new SessionsConfig(
                sessions.basic().integer("max", 5, 1, 1_000, "live sessions of one user"),
                sessions.basic()
                        .choice(
                                "onExceeded",
                                OnExceeded.REJECT,
                                "at the cap: refuse the new session, or end the oldest"),
                sessions.integer(
                        "handshakesPerMinute",
                        30,
                        1,
                        1_000,
                        "handshakes of one user with a valid token; ratelimit.enabled and the mode of handshakes.user"
                                + " switch the limit"),
                HeapShare.ACTIVE_USERS.atMost(
                        sessions.integer(
                                "trackedUsers",
                                200_000,
                                100,
                                10_000_000,
                                "users whose sessions or handshakes are known at one time; beyond, other users are refused; "
                                        + HeapShare.ACTIVE_USERS.bound(USER_BYTES)),
                        USER_BYTES),
                sessions.millis(
                        "suspectAfterMs",
                        5_000,
                        100,
                        60_000,
                        "a session silent for this long is pinged before the cap counts"),
                sessions.millis(
                        "probeTimeoutMs",
                        2_000,
                        100,
                        10_000,
                        "how long such a session has to answer before it is ended"),
                sessions.basic()
                        .millis(
                                "idleMs",
                                0,
                                0,
                                7 * DAY,
                                "a session ends whose client sends no frame for this long; 0 for never"),
                sessions.basic()
                        .millis(
                                "absoluteMs",
                                DAY,
                                1_000,
                                365 * DAY,
                                "the age at which a session ends, whatever refreshes its token"),
                sessions.integer(
                        "revocationsPerUser",
                        1_000,
                        1,
                        100_000,
                        "revoked tokens and logins of one user; beyond, all that the user has by then are revoked"),
                sessions.integer(
                        "revocationsWithoutUser",
                        10_000,
                        1,
                        1_000_000,
                        "revoked tokens and logins whose user is not known; beyond, such a revocation is refused"));
    }
}
