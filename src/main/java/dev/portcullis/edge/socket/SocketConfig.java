package dev.portcullis.edge.socket;

import dev.portcullis.config.HeapShare;
import dev.portcullis.config.Section;

/**
 * Limits of one socket.
 *
 * @param bufferedBytes inbound and outbound bytes queued in the whole node, for all sockets together
 */
public record SocketConfig(
        int frameBytes,
        int authFrameBytes,
        int fragments,
        int controlFrames,
        int outboxBytes,
        int outboxFrames,
        long slowReaderMs,
        int queuedFrames,
        int queuedBytes,
        long closeLingerMs,
        long bufferedBytes) {
    /**
     * What the operating system holds of one WebSocket that its client has not received, before the upgrade 16384; Linux takes
     * twice as much.
     */
    static final int SEND_BUFFER_BYTES = 131_072;

    /** What is thrown away of a connection that was told to close; beyond, nothing is read. */
    static final long CLOSE_LINGER_BYTES = 4L << 20;

    /** The frames of one connection that wait for the one in hand. */
    private static final int QUEUED_BYTES = 131_072;

    private static final int BODIES_DIVISOR = 4;
    private static final String BUFFERED = "bufferedBytesPerNode";
    private static final long LEAST_BUFFERED = HeapShare.WAITING.of(0);

    public static SocketConfig read(Section limits) {
        return new SocketConfig(
                limits.basic().integer("frameBytes", 65_536, 1_024, 1 << 20, "bytes of one message, reassembled"),
                limits.integer("authFrameBytes", 16_384, 1_024, 65_536, "bytes of the auth frame"),
                limits.integer("fragments", 64, 1, 10_000, "fragments of one message"),
                limits.integer(
                        "controlFrames",
                        20,
                        2,
                        10_000,
                        "pings of one connection in ten seconds, and unsolicited pongs"),
                limits.integer("outboxBytes", 1 << 20, 65_536, 1 << 28, "bytes waiting for a reader who is not slow"),
                limits.integer(
                        "outboxFrames", 1_000, 16, 1_000_000, "live frames waiting for a reader who is not slow"),
                limits.millis(
                        "slowReaderMs",
                        1_000,
                        50,
                        60_000,
                        "time in which up to eight times as much may wait, as long as the socket takes it then"),
                limits.integer("queuedFrames", 16, 1, 1_000, "frames of one connection that wait for the one in hand"),
                QUEUED_BYTES,
                limits.millis(
                        "closeLingerMs",
                        2_000,
                        100,
                        10_000,
                        "time for the answer to a close frame; what the client still sends is thrown away meanwhile"),
                bufferedBytes(limits));
    }

    /** The part of {@link #bufferedBytes} that is for bodies of requests alone. */
    public long bodyBytes() {
        return bufferedBytes / BODIES_DIVISOR;
    }

    private static long bufferedBytes(Section limits) {
        long bytes = limits.number(
                BUFFERED,
                0L,
                0,
                1L << 40,
                "bytes that wait in and out in the whole node, a quarter of them for bodies of requests, at least "
                        + LEAST_BUFFERED + "; 0: " + HeapShare.WAITING.inWords() + " of the largest heap");
        if (bytes == 0) {
            return HeapShare.WAITING.ofLargestHeap();
        }
        if (bytes < LEAST_BUFFERED) {
            limits.problem(BUFFERED, "is too little to serve with", "use " + LEAST_BUFFERED + " or more, or 0");
        }
        return bytes;
    }
}
