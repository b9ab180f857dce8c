package dev.portcullis.ratelimit.login;

import dev.portcullis.ratelimit.stuffing.ClientNetworks;

/**
 * How often passwords may be tried.
 *
 * @param attempts logins and registrations of one address
 * @param failures wrong passwords of one account
 * @param wideFactor how many times the attempts of one address its wider network may make
 */
public record LoginConfig(boolean enabled, LoginLimit attempts, LoginLimit failures, int wideFactor) {
    /** The length of both windows. */
    public static final int WINDOW_MS = 900_000;

    /** Attempts within one step count as one cell, so a window is small however many are allowed. */
    static final int STEP_MS = 1_000;

    /** The number of logins of a user that may each try as many passwords as one login may. */
    private static final int LOGINS = 4;

    /**
     * One limit of logins in {@link LoginConfig#WINDOW_MS}.
     *
     * @param id its key in the configuration, below {@code ratelimit}
     * @param observed whether it only counts and logs what it would refuse
     */
    public record LoginLimit(String id, int max, boolean observed) {}

    /**
     * The failures of a user in all logins together: more than a few stolen logins use up, and few enough for the threads that
     * check passwords.
     */
    int failuresOfUser() {
        return (int) Math.min(Integer.MAX_VALUE, (long) failures.max() * LOGINS);
    }

    int attemptsOfNetwork() {
        return (int) Math.min(Integer.MAX_VALUE, (long) attempts.max() * wideFactor);
    }

    /** The limit of an IPv6 /56. */
    int attemptsOfSite() {
        return Math.max(attempts.max(), attemptsOfNetwork() / ClientNetworks.SITES);
    }
}
