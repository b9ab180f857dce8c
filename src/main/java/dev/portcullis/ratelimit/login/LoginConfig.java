package dev.portcullis.ratelimit.login;

import dev.portcullis.config.Section;
import dev.portcullis.ratelimit.stuffing.ClientNetworks;

/**
 * How often passwords may be tried, from the section {@code ratelimit}.
 *
 * @param attempts logins and registrations of one address in {@link #WINDOW_MS}
 * @param failures wrong passwords of one account in that time
 * @param wideFactor how many times the attempts of one address its wider network may make
 * @param tracked the number of addresses, and of accounts, that the embedded store counts
 */
public record LoginConfig(boolean enabled, int attempts, int failures, int wideFactor, int tracked, Observed observed) {
    /** The length of both windows. */
    public static final int WINDOW_MS = 900_000;

    /** Attempts within one step count as one cell, so a window is small however many are allowed. */
    static final int STEP_MS = 1_000;

    private static final int MOST = 1_000_000;

    /** The number of logins of a user that may each try as many passwords as one login may. */
    private static final int LOGINS = 4;

    /** Which of the two limits only count and log what they would refuse. */
    public record Observed(boolean attempts, boolean failures) {}

    public static LoginConfig read(
            Section ratelimit, Section tracking, boolean enabled, int wideFactor, Observed observed) {
        return new LoginConfig(
                enabled,
                ratelimit.integer("login", 5, 1, MOST, "logins and registrations of one address in 15 minutes"),
                ratelimit.integer(
                        "loginFailures",
                        10,
                        1,
                        MOST,
                        "wrong passwords of one account in 15 minutes, of all addresses together"),
                wideFactor,
                tracking.integer(
                        "logins",
                        50_000,
                        3,
                        10_000_000,
                        "addresses, as many accounts, and as many addresses that accounts have logged in from, whose"
                                + " logins the embedded store counts at a time, about 300 bytes each; beyond, the address"
                                + " used longest ago is forgotten, and a login to one more account from an address that"
                                + " it has not logged in from is answered unavailable"),
                observed);
    }

    /**
     * The failures of a user in all logins together: more than a few stolen logins use up, and few enough for the threads that
     * check passwords.
     */
    int failuresOfUser() {
        return (int) Math.min(Integer.MAX_VALUE, (long) failures * LOGINS);
    }

    int attemptsOfNetwork() {
        return (int) Math.min(Integer.MAX_VALUE, (long) attempts * wideFactor);
    }

    /** The limit of an IPv6 /56. */
    int attemptsOfSite() {
        return Math.max(attempts, attemptsOfNetwork() / ClientNetworks.SITES);
    }
}
