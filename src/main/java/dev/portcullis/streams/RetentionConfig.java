package dev.portcullis.streams;

import dev.portcullis.config.Section;
import dev.portcullis.protocol.GrantedRooms;
import dev.portcullis.protocol.RoomId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The section {@code retention}, and the rule how much of a stream is kept at all.
 *
 * @param all what holds where no pattern does
 * @param rooms the first that matches a room counts
 * @param max the most that the owner of a room may set
 */
public record RetentionConfig(Bound all, List<OfRooms> rooms, Bound max) {
    public static final RetentionConfig UNBOUNDED = new RetentionConfig(Bound.NONE, List.of(), Bound.NONE);

    private static final long LONGEST_MS = TimeUnit.DAYS.toMillis(36_500);
    private static final long MOST_ENTRIES = 1_000_000_000_000L;
    private static final Pattern MATCH = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}|[A-Za-z0-9_.:-]{0,63}\\*");

    /** One or both of the two bounds. */
    public record Bound(Optional<Long> entries, Optional<Long> ageMs) {
        static final Bound NONE = new Bound(Optional.empty(), Optional.empty());

        static Bound read(Section section, String entriesAbout, String ageAbout) {
            return new Bound(
                    section.numberOrForever("entries", 1, MOST_ENTRIES, entriesAbout),
                    section.numberOrForever("age", 1_000, LONGEST_MS, ageAbout));
        }

        Retention or(Retention other) {
            return new Retention(entries.orElse(other.entries()), ageMs.orElse(other.ageMs()));
        }
    }

    /**
     * A row of the list {@code rooms}.
     *
     * @param match the name of a room, or the beginning of names before {@code *}
     */
    public record OfRooms(String match, Bound kept) {
        static OfRooms read(Section row) {
            return new OfRooms(
                    row.basic().text("match", "*", MATCH, "the name of a room, or the beginning of names and a *"),
                    Bound.read(row.basic(), "instead of retention.entries", "instead of retention.age"));
        }

        boolean covers(RoomId room) {
            return GrantedRooms.of(List.of(match)).cover(room);
        }
    }

    public static RetentionConfig read(Section retention) {
        return new RetentionConfig(
                Bound.read(
                        retention.basic(),
                        "how many entries of a room or an inbox are kept at all, in the window and in the archive;"
                                + " by default as many as there is room for",
                        "how old an entry may become, in the window and in the archive"),
                retention
                        .basic()
                        .sections(
                                "rooms",
                                "rooms of which more or less is kept; the first row that matches counts",
                                OfRooms::read),
                Bound.read(
                        retention.section("max").basic(),
                        "the most entries that the owner of a room may set for it; by default what the room has without that",
                        "the highest age that the owner of a room may set for it; by default what the room has without that"));
    }

    /** What of a stream is kept. */
    public StreamRetention of(StreamName stream, OwnRetention own) {
        return new StreamRetention(own, own.over(standard(stream), most(stream)));
    }

    /** What of a stream is kept for which nothing else was set. No pattern is for inboxes. */
    public Retention standard(StreamName stream) {
        if (rooms.isEmpty()) { // an append asks for it
            return all.or(Retention.UNBOUNDED);
        }
        return stream.roomId()
                .flatMap(room -> rooms.stream().filter(row -> row.covers(room)).findFirst())
                .map(row -> row.kept().or(all.or(Retention.UNBOUNDED)))
                .orElseGet(() -> all.or(Retention.UNBOUNDED));
    }

    /** The most that may be set for a stream. */
    public Retention most(StreamName stream) {
        return max.or(standard(stream));
    }

    /**
     * The window of a stream, with this retention. In an inbox the newest entries are not all that counts, so its store bounds
     * their number as it does without a retention.
     */
    public StreamWindow within(StreamName stream, StreamWindow window) {
        StreamWindow kept = window.keeping(standard(stream), most(stream));
        if (!stream.isInbox()) {
            return kept;
        }
        Retention ages = new Retention(Retention.FOREVER, kept.standard().ageMs());
        return kept.of(OwnRetention.NONE).keeping(ages, ages);
    }

    /** The parts that all nodes must have in common. */
    public List<String> parts() {
        return Stream.concat(
                        Stream.of(all.toString(), max.toString()),
                        rooms.stream().map(OfRooms::toString))
                .toList();
    }
}
