package dev.portcullis.broadcast;

import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.WireName;
import dev.portcullis.streams.StreamName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Result of a {@link SearchQuery}. */
public sealed interface SearchResult {
    <R> R fold(Function<Matches, R> matches, Function<Rejection, R> refused);

    /** A message encoded for delivery, with the places in its text that were looked for. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Match(StreamName stream, byte[] message) {}

    /**
     * @param matches newest first
     * @param cursor where the next page begins; empty at the end. A page may be short, and is the last only if this is empty
     * @param partial whether not all was searched: some of the reader's rooms, or what an index lacks that is being made
     */
    @WireName("Matches")
    record Matches(List<Match> matches, Optional<String> cursor, boolean partial) implements SearchResult {
        /** The messages, encoded for delivery. */
        public List<byte[]> messages() {
            return matches.stream().map(Match::message).toList();
        }

        /** These, out of a part of the reader's rooms if that is so. */
        public Matches outOf(boolean someRooms) {
            return new Matches(matches, cursor, partial || someRooms);
        }

        /** The rooms whose messages are among them. */
        public Set<RoomId> rooms() {
            return matches.stream()
                    .flatMap(each -> each.stream().roomId().stream())
                    .collect(Collectors.toUnmodifiableSet());
        }

        @Override
        public <R> R fold(Function<Matches, R> page, Function<Rejection, R> refused) {
            return page.apply(this);
        }
    }

    /** Nothing is searched. */
    @WireName("Refused")
    record Refused(Rejection why) implements SearchResult {
        @Override
        public <R> R fold(Function<Matches, R> page, Function<Rejection, R> refused) {
            return refused.apply(why);
        }
    }
}
