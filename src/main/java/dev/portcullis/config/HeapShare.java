package dev.portcullis.config;

/**
 * What part of the largest heap each thing may take that clients can pile up in a node. All of it together has to fit: who
 * may come as often as they like fills one share after the other, and a full heap ends the process (CWE-770). What is left
 * is for sessions, but for a fifth that stays free: a collector without room does nothing else any more.
 */
public enum HeapShare {
    /** Frames that wait in and out. */
    WAITING(4, 16L << 20),
    /** Rooms and their members. */
    ROOMS(16, 2_500_000),
    /** Connections before their upgrade. */
    PENDING(16, 0),
    /** Users who have a session, or came in within the last minute, and what they count. */
    VISITORS(16, 1L << 20),
    /** What those who have gone still count towards their limits, for an hour. */
    USERS(32, 1L << 20),
    /** What addresses have counted of handshakes. */
    HANDSHAKES(64, 1L << 19),
    /** What addresses have counted of other requests. */
    REQUESTS(64, 1L << 19),
    /** Recent entries at hand. As many may wait for an earlier one, of what stays free: no client can make them wait. */
    RECENT(32, 1L << 20),
    /** Proven tokens. */
    TOKENS(32, 1L << 20),
    /** Entries read for those who resume. */
    RESUMED(32, 1L << 19);

    /** What a node takes that nobody speaks to, and connections of operators. */
    private static final long NODE_BYTES = 24L << 20;

    private final int part;
    private final long least;

    HeapShare(int part, long least) {
        this.part = part;
        this.least = least;
    }

    /** Of this process. */
    public long ofLargestHeap() {
        return of(Runtime.getRuntime().maxMemory());
    }

    /** Likewise, where so many have it together. */
    public long each(int parts) {
        return ofLargestHeap() / Math.max(1, parts);
    }

    /** So many that each take {@code bytes} have room in it, but no more than are wanted. */
    public int most(int wanted, long bytes) {
        return (int) Math.min(wanted, ofLargestHeap() / bytes);
    }

    public long of(long heapBytes) {
        return Math.max(least, heapBytes / part);
    }

    /** How a page says that {@link #most} bounds a number. */
    public String bound(long bytes) {
        return "fewer where " + words() + " of the largest heap is too small for so many: " + bytes + " bytes each";
    }

    /** As a page calls it. */
    public String words() {
        return switch (part) {
            case 4 -> "a quarter";
            case 16 -> "a sixteenth";
            case 32 -> "a thirty-second";
            default -> "a sixty-fourth";
        };
    }

    /**
     * What is left for sessions; less than nothing where the heap is too small.
     *
     * @param waitingBytes what is given to {@link #WAITING} instead of its share
     */
    public static long leftOf(long heapBytes, long waitingBytes) {
        long left = heapBytes / 5 * 4 - NODE_BYTES - waitingBytes;
        for (HeapShare share : values()) {
            left -= share == WAITING ? 0 : share.of(heapBytes);
        }
        return left;
    }
}
