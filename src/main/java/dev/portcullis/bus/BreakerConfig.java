package dev.portcullis.bus;

import dev.portcullis.config.Section;

/**
 * When an instance is no longer asked, and for how long.
 *
 * @param silences questions without an answer in a row
 * @param failures questions answered with a failure in a row
 */
public record BreakerConfig(int silences, int failures, long openMs, long longestMs) {
    static final BreakerConfig STANDARD = new BreakerConfig(3, 20, 1_000, 8_000);

    public static BreakerConfig read(Section breaker) {
        BreakerConfig config = new BreakerConfig(
                breaker.integer(
                        "silences",
                        STANDARD.silences,
                        1,
                        1_000,
                        "questions in a row without an answer that take an instance out"),
                breaker.integer(
                        "failures", STANDARD.failures, 1, 10_000, "failures in a row that take an instance out"),
                breaker.millis(
                        "openMs", STANDARD.openMs, 100, 60_000, "how long an instance is out before it is tried again"),
                breaker.millis(
                        "longestMs",
                        STANDARD.longestMs,
                        100,
                        600_000,
                        "how long at most; doubled up to here with each failed trial"));
        if (config.longestMs < config.openMs) {
            breaker.problem("longestMs", "is below openMs", "it is where the doubling of openMs ends");
        }
        return config;
    }
}
