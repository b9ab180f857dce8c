package dev.portcullis.streams;

import dev.portcullis.config.HeapShare;
import dev.portcullis.config.Section;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.delivery.HubMemory;
import java.util.concurrent.TimeUnit;

/**
 * How much of each kind of stream stays, and what carrying streams may cost.
 *
 * @param recentBytes recent entries that one carrier keeps at hand
 * @param reorderEntries entries of one stream that may wait for an earlier one
 * @param reorderBytes entries that may wait so, of all streams of one carrier together
 * @param gapMs how long a missing entry may still be under way before the store is asked
 * @param resume what one read of the store brings at most
 * @param partBytes entries that a member which resumes is handed at once
 * @param parts in how many of them it may catch up
 * @param pageBytes entries read for members that resume, kept for those who come after them
 * @param readMs how long one read of the store may take
 * @param readTries reads that may fail or come too late before a join is told so
 * @param followedStreams streams that one carrier carries at once
 * @param lingerMs how long a stream without members stays carried
 * @param concurrentCatchUps reads by which streams of one carrier catch up with the store at once
 * @param headsAtOnce streams whose heads one call compares after a fork
 */
public record StreamsConfig(
        Retention room,
        Retention inbox,
        Retention cutoffs,
        long recentBytes,
        int reorderEntries,
        long reorderBytes,
        long gapMs,
        StreamStore.Bounds resume,
        int partBytes,
        int parts,
        long pageBytes,
        long readMs,
        int readTries,
        int followedStreams,
        long lingerMs,
        int concurrentCatchUps,
        int headsAtOnce) {

    /** @param carriers that a node has, all of which share its heap */
    public static StreamsConfig read(Section streams, int carriers) {
        return new StreamsConfig(
                retention(streams.section("room"), 300, TimeUnit.HOURS.toMillis(24)),
                retention(streams.section("inbox"), 1_000, TimeUnit.DAYS.toMillis(30)),
                retention(streams.section("cutoffs"), 1_000, TimeUnit.HOURS.toMillis(24)),
                Math.min(
                        streams.number(
                                "recentBytes",
                                16L << 20,
                                64L << 10,
                                4L << 30,
                                "recent entries that each carrier keeps in memory, so that joins stay off the store"
                                        + fewer(HeapShare.RECENT)),
                        HeapShare.RECENT.dividedBy(carriers)),
                streams.integer(
                        "reorderEntries",
                        1_000,
                        1,
                        100_000,
                        "entries of one stream that may wait for an earlier one; beyond, they are read again"),
                Math.min(
                        streams.number(
                                "reorderBytes",
                                16L << 20,
                                1L << 20,
                                4L << 30,
                                "bytes of such entries in each carrier, of all its streams; beyond, they are read again"
                                        + fewer(HeapShare.RECENT)),
                        HeapShare.RECENT.dividedBy(carriers)),
                streams.millis("gapMs", 50, 1, 5_000, "how long a missing entry is waited for before it is read"),
                new StreamStore.Bounds(
                        streams.integer(
                                "resumeEntries", 300, 1, 10_000, "entries that one read of the store brings at most"),
                        streams.integer(
                                "resumeBytes",
                                255 << 10,
                                64 << 10,
                                1 << 20,
                                "bytes of entries that one read of the store brings at most")),
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
                        "joined frames in which a resume may catch up with its room; then its place counts as lost"),
                Math.min(
                        streams.number(
                                "pageBytes",
                                4L << 20,
                                64L << 10,
                                1L << 30,
                                "entries read for resumes that each carrier keeps for those who resume after them"
                                        + fewer(HeapShare.REPLAYED)),
                        HeapShare.REPLAYED.dividedBy(carriers)),
                streams.millis("readMs", 1_000, 10, 5_000, "how long one read of the store may take"),
                streams.integer("readTries", 3, 1, 10, "reads for one join before it is answered unavailable"),
                streams.integer(
                        "followedStreams",
                        100_000,
                        1,
                        10_000_000,
                        "streams with members that each carrier carries; fewer where all carriers of a node together"
                                + " would take more than " + HeapShare.ROOMS.words()
                                + " of the largest heap (but at least " + HeapShare.ROOMS.of(0) + " bytes): "
                                + HubMemory.STREAM_BYTES
                                + " bytes each, and " + HubMemory.MEMBER_BYTES + " for each member of each"),
                streams.millis(
                        "lingerMs", 30_000, 0, 3_600_000, "how long a stream stays carried when its last member left"),
                streams.integer(
                        "concurrentCatchUps",
                        32,
                        1,
                        1_024,
                        "reads that each carrier makes at once where entries are missing; the others wait in turn"),
                streams.integer(
                        "headsAtOnce",
                        256,
                        1,
                        2_000,
                        "streams whose places one call compares after the store has forked; a carrier makes one at a"
                                + " time, those with traffic first"));
    }

    private static String fewer(HeapShare share) {
        return "; fewer where those of all carriers of a node would take more than " + share.words()
                + " of the largest heap";
    }

    /** What a member that resumes is handed at once. */
    public StreamStore.Bounds part() {
        return new StreamStore.Bounds(resume.entries(), partBytes);
    }

    private static Retention retention(Section kind, int entries, long ageMs) {
        return new Retention(
                kind.integer("entries", entries, 1, 100_000, "newest entries that stay"),
                kind.millis("ageMs", ageMs, 1_000, TimeUnit.DAYS.toMillis(365), "how old an entry may become"));
    }
}
