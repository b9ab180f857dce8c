package dev.portcullis.bus;

import dev.portcullis.config.Section;

/**
 * How much may be under way to a node that does not say it got it.
 *
 * @param bytes beyond which notices to that node are dropped
 * @param answerMs without an answer after which they are
 * @param pauseMs until a silent node is asked again whether it is there
 */
public record LinkConfig(long bytes, long answerMs, long pauseMs) {
    static final LinkConfig STANDARD = new LinkConfig(8L << 20, 2_000, 500);

    public static LinkConfig read(Section link) {
        return new LinkConfig(
                link.number(
                        "bytes",
                        STANDARD.bytes,
                        65_536,
                        1L << 30,
                        "notices under way to one node; beyond that they are dropped and the node reads the store"),
                link.millis(
                        "answerMs", STANDARD.answerMs, 100, 60_000, "how long a node may leave notices unconfirmed"),
                link.millis(
                        "pauseMs",
                        STANDARD.pauseMs,
                        50,
                        60_000,
                        "how often a node that confirms nothing is asked again"));
    }
}
