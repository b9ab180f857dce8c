package dev.portcullis.auth.refresh;

import dev.portcullis.config.Section;

/**
 * The times of refresh tokens, a part of the section {@code accounts}.
 *
 * @param tokenMs how long a token is good if it is not used
 * @param graceMs how long a used token still gets its successor
 */
public record RefreshConfig(long tokenMs, long familyMs, long graceMs) {
    private static final long DAY = 86_400_000;

    public static RefreshConfig read(Section accounts) {
        RefreshConfig config = new RefreshConfig(
                accounts.millis(
                        "refreshTokenMs", 7 * DAY, 60_000, 90 * DAY, "how long an unused refresh token is good"),
                accounts.millis(
                        "familyMs",
                        30 * DAY,
                        60_000,
                        365 * DAY,
                        "how long a login lasts, however often it is refreshed"),
                accounts.millis(
                        "refreshGraceMs",
                        10_000,
                        0,
                        60_000,
                        "how long a used refresh token still gets its successor, for two tabs and lost answers; later it"
                                + " ends its login"));
        if (config.familyMs < config.tokenMs) {
            accounts.problem(
                    "familyMs",
                    "is below accounts.refreshTokenMs",
                    "a login lasts at least as long as one refresh token");
        }
        return config;
    }
}
