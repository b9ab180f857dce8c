package dev.portcullis.config;

/**
 * The part of the largest heap that each kind of client-driven data may take. All parts together must fit, since
 * clients can fill one after the other, and a full heap ends the process (CWE-770). The rest is for sessions, except a
 * fifth that stays free, since a garbage collector without free space uses all processor time.
 */
public enum HeapShare {
    /** Queued incoming and outgoing frames. */
    WAITING(4, 16L << 20),
    /** Rooms and their members. */
    ROOMS(16, 2_500_000),
    /** Connections before their upgrade. */
    PENDING(16, 0),
    /** Users who have a session or connected within the last minute, with their counters. */
    ACTIVE_USERS(16, 1L << 20),
    /** Counters of disconnected users, which count towards their limits for an hour. */
    USERS(32, 1L << 20),
    /** Handshake counters of addresses. */
    HANDSHAKES(64, 1L << 19),
    /** Counters of addresses for other requests. */
    REQUESTS(64, 1L << 19),
    /**
     * Recent entries of followed streams. The same amount may wait in reorder buffers; it comes from the free part,
     * since clients can't cause it.
     */
    RECENT(32, 1L << 20),
    /** Cached results of token verification. */
    TOKENS(32, 1L << 20),
    /** Entries that are read for reconnecting clients. */
    REPLAYED(32, 1L << 19);

    /** The base use of an idle node, with the operators' connections. */
    private static final long NODE_BYTES = 24L << 20;

    private final int part;
    private final long min;

    HeapShare(int part, long least) {
        this.part = part;
        this.min = least;
    }

    /** The share in this process. */
    public long ofLargestHeap() {
        return of(Runtime.getRuntime().maxMemory());
    }

    /** The share divided among several users of it. */
    public long dividedBy(int parts) {
        return ofLargestHeap() / Math.max(1, parts);
    }

    /** The number of items of {@code bytes} each that fit in the share, at most {@code wanted}. */
    public int atMost(int wanted, long bytes) {
        return (int) Math.min(wanted, ofLargestHeap() / bytes);
    }

    public long of(long heapBytes) {
        return Math.max(min, heapBytes / part);
    }

    /** The sentence of the reference page for a number that {@link #atMost} bounds. */
    public String bound(long bytes) {
        return "fewer where " + inWords() + " of the largest heap is too small for so many: " + bytes + " bytes each";
    }

    /** The share in words, for the reference page. */
    public String inWords() {
        return switch (part) {
            case 4 -> "a quarter";
            case 16 -> "a sixteenth";
            case 32 -> "a thirty-second";
            default -> "a sixty-fourth";
        };
    }

    /**
     * The heap that is left for sessions; negative if the heap is too small.
     *
     * @param waitingBytes the size of {@link #WAITING} instead of its share
     */
    public static long leftForSessions(long heapBytes, long waitingBytes) {
        long left = heapBytes / 5 * 4 - NODE_BYTES - waitingBytes;
        for (HeapShare share : values()) {
            left -= share == WAITING ? 0 : share.of(heapBytes);
        }
        return left;
    }
}
