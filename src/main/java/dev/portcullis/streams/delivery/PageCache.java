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
 * Pages read from the store for subscribers that resume, of all streams of a shard together, bounded in bytes: the oldest
 * page is dropped first. In a reconnect storm many subscribers take the same entries, each at its own pace.
 */
final class PageCache {
    private static final long OVERHEAD = 200; // approximate size of an entry's objects

    private final long maxBytes;
    private final Deque<Page> all = new ArrayDeque<>();
    private final Map<StreamName, TreeMap<Long, Page>> byStream = new HashMap<>();
    private long bytes;

    PageCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** @param epoch the stream's epoch at the read; in another epoch some of the entries may not be valid any more */
    private record Page(StreamName stream, String epoch, long after, List<StreamEntry> entries) {
        long bytes() {
            return entries.stream()
                    .mapToLong(entry -> entry.body().length + OVERHEAD)
                    .sum();
        }

        boolean follows(Position position) {
            return epoch.equals(position.epoch()) && position.seq() < after + entries.size();
        }
    }

    /** Keeps the entries of an exact read. */
    void keep(StreamName stream, long after, Slice read) {
        if (read.entries().isEmpty()) {
            return;
        }
        Page page = new Page(stream, read.head().epoch(), after, read.entries());
        byStream.computeIfAbsent(stream, any -> new TreeMap<>()).put(after, page);
        all.add(page);
        bytes += page.bytes();
        while (bytes > maxBytes) {
            dropOldest();
        }
    }

    /** The entries after this position, as far as a page contains them. */
    Optional<List<StreamEntry>> after(StreamName stream, Position position) {
        return Optional.ofNullable(byStream.get(stream))
                .map(pages -> pages.floorEntry(position.seq()))
                .map(Map.Entry::getValue)
                .filter(page -> page.follows(position))
                .map(page -> page.entries()
                        .subList(
                                (int) (position.seq() - page.after()),
                                page.entries().size()));
    }

    /** Forgets a stream. Its pages stay in memory, and are counted, until they are the oldest. */
    void forget(StreamName stream) {
        byStream.remove(stream);
    }

    long bytes() {
        return bytes;
    }

    @SuppressWarnings("ReferenceEquality") // a page equals the same page read again, which is dropped later
    private void dropOldest() {
        Page oldest = all.remove();
        bytes -= oldest.bytes();
        TreeMap<Long, Page> pages = byStream.get(oldest.stream());
        if (pages != null && pages.get(oldest.after()) == oldest) {
            pages.remove(oldest.after());
            if (pages.isEmpty()) {
                byStream.remove(oldest.stream());
            }
        }
    }
}
