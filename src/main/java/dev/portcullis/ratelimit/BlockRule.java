package dev.portcullis.ratelimit;

import dev.portcullis.config.Section;
import dev.portcullis.protocol.Rejection.Window;

/** How long a violation blocks. */
public record BlockRule(long burstMs, long minuteMs, long forgetMs, long maxMs, BanRule ban) {

    /**
     * When a user is banned.
     *
     * @param after this many blocks; 0 if never
     * @param windowMs the time in which they begin
     */
    public record BanRule(int after, long windowMs, long lengthMs) {
        static BanRule read(Section blocks) {
            return new BanRule(
                    blocks.integer(
                            "banAfter",
                            10,
                            0,
                            100,
                            "blocks of one user within banWindowMs that ban the user, those of single actions apart; 0: never"),
                    blocks.millis(
                            "banWindowMs", 3_600_000, 1_000, 86_400_000, "the time in which blocks add up to a ban"),
                    blocks.millis("banMs", 900_000, 1_000, 604_800_000, "how long such a ban lasts"));
        }
    }

    static BlockRule read(Section blocks) {
        return new BlockRule(
                blocks.millis("burstMs", 2_000, 0, 3_600_000, "block after more than a burst"),
                blocks.millis("minuteMs", 60_000, 0, 3_600_000, "block after more than a minute's frames or bytes"),
                blocks.millis(
                        "forgetMs",
                        600_000,
                        0,
                        86_400_000,
                        "a violation within this time of the last block's end doubles the next block"),
                blocks.millis("maxMs", 3_600_000, 1_000, 3_600_000, "no doubling goes beyond this"),
                BanRule.read(blocks));
    }

    /** @param free how long until the window is free, which is the whole block after an hour's violation */
    long firstOf(Window window, long free) {
        return switch (window) {
            case BURST -> burstMs;
            case MINUTE, BYTES -> minuteMs;
            case HOUR -> free;
        };
    }
}
