package dev.portcullis.edge.socket;

import dev.portcullis.config.Section;

/**
 * What one socket may cost.
 *
 * @param frameBytes a message, after reassembly
 * @param authFrameBytes a message before it is known who speaks
 * @param fragments pieces of one message
 * @param controlFrames pings within ten seconds, and pongs that nobody asked for
 * @param outboxBytes live frames waiting for a slow reader
 * @param outboxFrames likewise
 * @param waitingFrames read from the socket while one is in hand; then it is not read any further
 */
public record SocketConfig(
        int frameBytes,
        int authFrameBytes,
        int fragments,
        int controlFrames,
        int outboxBytes,
        int outboxFrames,
        int waitingFrames) {
    public static SocketConfig read(Section limits) {
        return new SocketConfig(
                limits.integer("frameBytes", 65_536, 1_024, 1 << 20, "bytes of one message, reassembled"),
                limits.integer("authFrameBytes", 16_384, 1_024, 65_536, "bytes of the auth frame"),
                limits.integer("fragments", 64, 1, 10_000, "fragments of one message"),
                limits.integer(
                        "controlFrames",
                        20,
                        2,
                        10_000,
                        "pings of one connection in ten seconds, and pongs nobody asked for"),
                limits.integer("outboxBytes", 1 << 20, 65_536, 1 << 28, "bytes waiting for a slow reader"),
                limits.integer("outboxFrames", 1_000, 16, 1_000_000, "live frames waiting for a slow reader"),
                limits.integer(
                        "waitingFrames", 16, 1, 1_000, "frames of one connection that wait for the one in hand"));
    }
}
