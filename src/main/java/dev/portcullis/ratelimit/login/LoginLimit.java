package dev.portcullis.ratelimit.login;

/**
 * One limit of logins in {@link LoginConfig#WINDOW_MS}.
 *
 * @param id its key in the configuration, below {@code ratelimit}
 * @param observed whether it only counts and logs what it would refuse
 */
public record LoginLimit(String id, int max, boolean observed) {}
