package dev.portcullis.streams;

import dev.portcullis.config.HeapShare;
import dev.portcullis.config.Section;
import dev.portcullis.streams.delivery.HubMemory;
import java.util.concurrent.TimeUnit;

/** The window of each kind of stream, and the bounds for following streams. */
public record StreamsConfig(
        StreamWindow room,
        StreamWindow inbox,
        StreamWindow cutoffs,
        long recentBytes,
        int reorderEntries,
        long reorderBytes,
        long gapMs,
        StreamStore.Bounds readBounds,
        int resumeEntries,
        int partBytes,
        int parts,
        long pageBytes,
        long readMs,
        int readTries,
        int followedStreams,
        long lingerMs,
        int concurrentCatchUps,
        int headsAtOnce) {
    /** Entries of one stream that may wait for an earlier one; beyond, they are read again. */
    private static final int REORDER_ENTRIES = 1_000;

    /** Bytes of such entries in each edge instance, of all its streams; beyond, they are read again. */
    private static final long REORDER_BYTES = 16L << 20;

    /** How long a missing entry is waited for before it is read. */
    private static final long GAP_MS = 50;

    /** Entries that one read of the store returns at most. */
    private static final int READ_ENTRIES = 300;

    /** Bytes of entries that one read of the store returns at most. */
    private static final int READ_BYTES = 255 << 10;

    /** Entries read for resumes that each edge instance keeps for the resumes after them. */
    private static final long PAGE_BYTES = 4L << 20;

    /** Reads that each edge instance makes at once where entries are missing; the others wait in a queue. */
    private static final int CONCURRENT_CATCH_UPS = 32;

    /** @param shards how many shards share the node's heap */
    public static StreamsConfig read(Section streams, int shards) {
        return new StreamsConfig(
                window(streams.section("room").basic(), "a room", 300, TimeUnit.HOURS.toMillis(24)),
                window(streams.section("inbox").basic(), "an inbox", 1_000, TimeUnit.DAYS.toMillis(30)),
                window(streams.section("cutoffs"), "a lane", 1_000, TimeUnit.HOURS.toMillis(24)),
                Math.min(
                        streams.number(
                                "recentBytes",
                                16L << 20,
                                64L << 10,
                                4L << 30,
                                "recent entries that each edge instance keeps in memory, so that joins stay off the store"
                                        + reducedFor(HeapShare.RECENT)),
                        HeapShare.RECENT.dividedBy(shards)),
                REORDER_ENTRIES,
                Math.min(REORDER_BYTES, HeapShare.RECENT.dividedBy(shards)),
                GAP_MS,
                new StreamStore.Bounds(READ_ENTRIES, READ_BYTES),
                streams.integer(
                        "resumeEntries",
                        10_000,
                        1,
                        1_000_000,
                        "entries that a client may have missed and still gets all of them, where an archive has those that have"
                                + " left the window"),
                streams.integer(
                        "partBytes",
                        64 << 10,
                        1 << 10,
                        255 << 10,
                        "bytes of entries in one joined frame, at least one entry; a resume takes as many as it needs"),
                streams.integer(
                        "parts",
                        1_000,
                        1,
                        1_000_000,
                        "joined frames in which a resume may catch up with its room; then its position counts as lost"),
                Math.min(PAGE_BYTES, HeapShare.REPLAYED.dividedBy(shards)),
                streams.millis("readMs", 1_000, 10, 5_000, "how long one read of the store may take"),
                streams.integer("readTries", 3, 1, 10, "reads for one join before it is answered unavailable"),
                streams.integer(
                        "followedStreams",
                        100_000,
                        1,
                        10_000_000,
                        "streams with subscribers that each edge instance follows; fewer where those of all instances of"
                                + " a node would take more than " + HeapShare.ROOMS.inWords()
                                + " of the largest heap (but at least " + HeapShare.ROOMS.of(0) + " bytes): "
                                + HubMemory.STREAM_BYTES
                                + " bytes each, and " + HubMemory.SUBSCRIBER_BYTES + " for each subscriber of each"),
                streams.millis(
                        "lingerMs",
                        30_000,
                        0,
                        3_600_000,
                        "how long a stream is still followed after its last subscriber left, unless another takes its place"),
                CONCURRENT_CATCH_UPS,
                streams.integer(
                        "headsAtOnce",
                        256,
                        1,
                        2_000,
                        "streams whose heads one call compares after the store has forked; an edge instance makes one"
                                + " call at a time, streams with traffic first"));
    }

    private static String reducedFor(HeapShare share) {
        return "; less where those of all instances of a node would take more than " + share.inWords()
                + " of the largest heap";
    }

    /** The bounds of one part that a resuming subscriber gets. */
    public StreamStore.Bounds partBounds() {
        return new StreamStore.Bounds(readBounds.entries(), partBytes);
    }

    private static StreamWindow window(Section kind, String of, int entries, long ageMs) {
        return new StreamWindow(
                kind.integer("entries", entries, 1, 100_000, "newest entries of " + of + " that are kept"),
                kind.millis(
                        "ageMs",
                        ageMs,
                        1_000,
                        TimeUnit.DAYS.toMillis(365),
                        "how old an entry of " + of + " may become"));
    }
}
