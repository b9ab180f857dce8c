package dev.portcullis.archive;

import dev.portcullis.archive.MessageIndex.Place;
import java.util.List;
import java.util.Optional;

/**
 * What a search found, newest first.
 *
 * @param next where the next page begins; empty at the end. A page that is not full, and even an empty one, may have a next one:
 * the work for one page is bounded
 * @param whole whether the index had all messages, but for those of the last moments
 */
public record SearchPage(List<SearchMatch> matches, Optional<Place> next, boolean whole) {
    static final SearchPage NOTHING = new SearchPage(List.of(), Optional.empty(), true);
}
