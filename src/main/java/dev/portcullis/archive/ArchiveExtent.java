package dev.portcullis.archive;

import java.util.OptionalLong;

/**
 * What an archive with a bound has.
 *
 * @param bytes the bytes that its bound counts
 * @param oldest the store time of its oldest entry, to the hour; empty if it has none
 */
public record ArchiveExtent(long bytes, OptionalLong oldest) {
    public static final ArchiveExtent NOTHING = new ArchiveExtent(0, OptionalLong.empty());

    /** How old the oldest entry is, in seconds; 0 if there is none. */
    public long ageSeconds(long now) {
        return oldest.isPresent() ? Math.max(0, (now - oldest.getAsLong()) / 1_000) : 0;
    }
}
