package dev.portcullis.broadcast;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.BoundedPart;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Reads the newest messages of a stream, in their latest state. */
public final class LatestHistory {
    /**
     * The spare entries of a read: edits and deletions take places among the entries, so a read asks for a few more than are
     * wanted.
     */
    private static final int SPARE = 20;

    /** The reads after which a page is returned even if it is not full. A page with nothing to show is never returned. */
    private static final int MOST_READS = 8;

    private final StreamStore streams;

    public LatestHistory(StreamStore streams) {
        this.streams = streams;
    }

    /**
     * @param head the head of the stream when its newest entries were read: no later entry is among the messages
     * @param messages the messages encoded for delivery, oldest first
     * @param more whether there are older messages
     */
    public record Page(Position head, List<byte[]> messages, boolean more) {}

    /**
     * The newest messages before a position.
     *
     * @param bounds the bounds of the page, which has at least one message where there is any
     */
    public Future<Page> before(StreamName stream, long before, Bounds bounds) {
        return new Reading(stream, bounds).read(before);
    }

    private final class Reading {
        private final StreamName stream;
        private final Bounds bounds;
        private final BoundedPart<byte[]> newestFirst;
        private Optional<Position> head = Optional.empty();
        private int reads;

        Reading(StreamName stream, Bounds bounds) {
            this.stream = stream;
            this.bounds = bounds;
            this.newestFirst = new BoundedPart<>(bounds, frame -> frame.length);
        }

        Future<Page> read(long before) {
            reads++;
            Bounds next = new Bounds(bounds.entries() - newestFirst.count() + SPARE, (int)
                    Math.max(1, bounds.bytes() - newestFirst.bytes()));
            return streams.latest(stream, before, next).compose(this::goOn, this::withoutOlder);
        }

        private Future<Page> goOn(LatestSlice slice) {
            head = head.or(() -> Optional.of(slice.head()));
            add(slice.entries());
            boolean end = !slice.more() || slice.entries().isEmpty();
            boolean enough =
                    newestFirst.count() == bounds.entries() || (reads >= MOST_READS && newestFirst.count() > 0);
            return newestFirst.isCut() || end || enough
                    ? Future.succeededFuture(
                            new Page(head.orElseThrow(), newestFirst.reversed(), newestFirst.isCut() || !end))
                    : read(slice.entries().get(0).entry().position().seq());
        }

        /** The archive may be away, which has what is older: the newest messages are shown all the same, and that there are more. */
        private Future<Page> withoutOlder(Throwable failure) {
            return newestFirst.count() == 0
                    ? Future.failedFuture(failure)
                    : Future.succeededFuture(new Page(head.orElseThrow(), newestFirst.reversed(), true));
        }

        private void add(List<LatestEntry> entries) {
            for (int i = entries.size() - 1; i >= 0 && !newestFirst.isCut(); i--) {
                LatestMessage.frame(entries.get(i)).ifPresent(newestFirst::add);
            }
        }
    }
}
