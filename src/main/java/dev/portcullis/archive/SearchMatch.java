package dev.portcullis.archive;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.search.Highlight;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import java.util.List;

/**
 * A message that was looked for.
 *
 * @param highlights the parts that were looked for, in the text that the message has: its {@code text}, or else its
 * {@code content}
 */
public record SearchMatch(LatestEntry latest, List<Highlight> highlights) {
    /** A page behind this place goes on after this match. */
    public Place place() {
        return Place.of(latest.entry());
    }
}
