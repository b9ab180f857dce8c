package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was read from the store for members that resume, of all streams of a carrier together, bounded in bytes: the pages
 * read first go first. In a reconnect storm many take the same entries, each at its own pace.
 */
final class PageCache {
    private static final long OVERHEAD = 200; // of an entry's objects, about

    private final long most;
    private final Deque<Page> all = new ArrayDeque<>();
    private final Map<StreamName, TreeMap<Long, Page>> byStream = new HashMap<>();
    private long bytes;

    PageCache(long most) {
        this.most = most;
    }

    /** @param epoch the stream's when this was read: with another one some of it may not be true any more */
    private record Page(StreamName stream, String epoch, long after, List<StreamEntry> entries) {
        long bytes() {
            return entries.stream()
                    .mapToLong(entry -> entry.body().length + OVERHEAD)
                    .sum();
        }

        boolean follows(Position place) {
            return epoch.equals(place.epoch()) && place.seq() < after + entries.size();
        }
    }

    /** Keeps what an exact read brought. */
    void keep(StreamName stream, long after, Slice read) {
        if (read.entries().isEmpty()) {
            return;
        }
        Page page = new Page(stream, read.head().epoch(), after, read.entries());
        byStream.computeIfAbsent(stream, any -> new TreeMap<>()).put(after, page);
        all.add(page);
        bytes += page.bytes();
        while (bytes > most) {
            dropOldest();
        }
    }

    /** The entries that follow this place, as far as a page has them. */
    Optional<List<StreamEntry>> after(StreamName stream, Position place) {
        return Optional.ofNullable(byStream.get(stream))
                .map(pages -> pages.floorEntry(place.seq()))
                .map(Map.Entry::getValue)
                .filter(page -> page.follows(place))
                .map(page -> page.entries()
                        .subList(
                                (int) (place.seq() - page.after()),
                                page.entries().size()));
    }

    /** Its pages go on counting until it is their turn to go: until then they are still in memory. */
    void forget(StreamName stream) {
        byStream.remove(stream);
    }

    long bytes() {
        return bytes;
    }

    @SuppressWarnings("ReferenceEquality") // a page equals the same one read again, which has its own turn
    private void dropOldest() {
        Page oldest = all.remove();
        bytes -= oldest.bytes();
        TreeMap<Long, Page> own = byStream.get(oldest.stream());
        if (own != null && own.get(oldest.after()) == oldest) {
            own.remove(oldest.after());
            if (own.isEmpty()) {
                byStream.remove(oldest.stream());
            }
        }
    }
}
