package dev.portcullis.archive;

import dev.portcullis.archive.UnarchivedAmendments.ArchiveRead;
import dev.portcullis.archive.UnarchivedAmendments.Found;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.DelegatingStreams;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.RetainResult;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.holds.HoldStore;
import dev.portcullis.streams.unarchived.ArchiveSource;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Streams that go on in the archive where their window ends. What the window has is read there alone, so the archive is asked only
 * for what is older.
 */
public final class ArchivedStreams extends DelegatingStreams {
    /**
     * The versions of messages that only the archive has: each amendment of one changes that of its part of the stream's
     * messages.
     */
    private static final String VERSIONS = "am";

    /** Many messages of a stream may end at once: two in a hundred pairs of them share a version. */
    private static final int PARTS = 64;

    private static final Bounds NEWEST = new Bounds(1, 1);

    private final ArchiveStore archive;
    private final ArchiveSource source;
    private final UnarchivedAmendments amendments;
    private final RowStore rows;
    private final int resumeEntries;

    /** @param resumeEntries the most entries that a resume may have missed */
    public ArchivedStreams(
            StreamStore streams, ArchiveStore archive, ArchiveSource source, RowStore rows, int resumeEntries) {
        super(new HoldingStreams(streams, new HeldCopies(archive, source, new HoldStore(rows))));
        this.archive = archive;
        this.source = source;
        this.amendments = new UnarchivedAmendments(archive, source);
        this.rows = rows;
        this.resumeEntries = resumeEntries;
    }

    @Override
    public Future<LatestSlice> latest(StreamName stream, long before, Bounds bounds) {
        return super.latest(stream, before, bounds).compose(window -> {
            long from = window.entries().stream()
                    .mapToLong(each -> each.entry().position().seq())
                    .findFirst()
                    .orElse(before);
            return window.more() || from - 1 <= window.hidden() || !isArchived(stream)
                    ? Future.succeededFuture(window)
                    : earlier(stream, from, rest(window, bounds))
                            .map(archived -> archived.behind(window.hidden()))
                            .map(archived -> joined(archived, window, bounds))
                            .recover(failure -> withoutArchive(window, failure));
        });
    }

    /** The newest messages are shown while the archive is away, and that there may be more. */
    private static Future<LatestSlice> withoutArchive(LatestSlice window, Throwable failure) {
        return window.entries().isEmpty()
                ? Future.failedFuture(failure)
                : Future.succeededFuture(new LatestSlice(window.head(), window.entries(), true));
    }

    private Future<LatestSlice> earlier(StreamName stream, long before, Bounds bounds) {
        return amendments
                .read(() -> archive.latest(stream, before, bounds)
                        .map(slice -> ArchiveRead.of(
                                stream,
                                slice,
                                slice.head(),
                                slice.entries().stream().map(LatestEntry::entry).toList())))
                .map(read -> read.waiting().latest(read.found(), bounds));
    }

    /** What a page has left for the archive: at least one entry, so that it is known whether there is one. */
    private static Bounds rest(LatestSlice window, Bounds bounds) {
        int bytes = window.entries().stream().mapToInt(LatestEntry::length).sum();
        return new Bounds(Math.max(1, bounds.entries() - window.entries().size()), Math.max(1, bounds.bytes() - bytes));
    }

    private static LatestSlice joined(LatestSlice archived, LatestSlice window, Bounds bounds) {
        if (archived.entries().isEmpty()) {
            return window;
        }
        int bytes = Stream.concat(archived.entries().stream(), window.entries().stream())
                .mapToInt(LatestEntry::length)
                .sum();
        boolean fits = window.entries().isEmpty()
                || (window.entries().size() + archived.entries().size() <= bounds.entries() && bytes <= bounds.bytes());
        return fits
                ? new LatestSlice(
                        window.head(),
                        Stream.concat(archived.entries().stream(), window.entries().stream())
                                .toList(),
                        archived.more())
                : new LatestSlice(window.head(), window.entries(), true);
    }

    @Override
    public Future<Slice> after(StreamName stream, long after, Bounds bounds) {
        return super.after(stream, after, bounds)
                .compose(window -> window.lacksEntriesAfter(after) && isArchived(stream)
                        ? archivedAfter(stream, after, bounds, window)
                        : Future.succeededFuture(window));
    }

    /**
     * The entries that the archive has there; what the window has, if the archive has none. The archive lags behind, so what is
     * hidden is as the stream says.
     */
    private Future<Slice> archivedAfter(StreamName stream, long after, Bounds bounds, Slice window) {
        return super.latest(stream, Long.MAX_VALUE, NEWEST)
                .compose(newest -> amendments.read(() -> archive.after(stream, Math.max(after, newest.hidden()), bounds)
                        .map(slice -> ArchiveRead.of(stream, slice, slice.head(), slice.entries()))))
                .map(read -> read.waiting().appended(read.found(), bounds))
                .map(archived -> archived.entries().isEmpty()
                        ? window
                        : Slice.after(
                                after,
                                window.head(),
                                archived.entries(),
                                lastSeq(archived) < window.head().seq(),
                                window.laneSeq()));
    }

    private static long lastSeq(Slice slice) {
        return slice.entries().get(slice.entries().size() - 1).position().seq();
    }

    @Override
    public Future<Slice> resume(StreamName stream, Optional<Position> since, Bounds bounds) {
        return super.resume(stream, since, bounds)
                .compose(window -> since.filter(any -> !window.exact() && isArchived(stream))
                        .map(position -> resume(stream, position, bounds, window))
                        .orElse(Future.succeededFuture(window)));
    }

    private Future<Slice> resume(StreamName stream, Position since, Bounds bounds, Slice window) {
        if (window.head().seq() - since.seq() > resumeEntries) {
            return Future.succeededFuture(window);
        }
        return super.confirm(List.of(new Cursor(stream, since)))
                .compose(confirmed -> confirmed.get(0).kept()
                        ? archivedAfter(stream, since.seq(), bounds, window)
                                .map(slice -> slice.exact() ? slice : window)
                                .otherwise(
                                        window) // a client enters while the archive is away, and is told that it missed
                        // some
                        : Future.succeededFuture(window));
    }

    /**
     * The archive learns it with the next part too, so a room of which it has nothing is no special case; and from the feeder, if
     * it is away, or this node dies before it is told.
     */
    @Override
    public Future<RetainResult> retain(StreamName stream, OwnRetention own, StreamWindow window, Permit permit) {
        return super.retain(stream, own, window, permit)
                .compose(result -> result == RetainResult.DONE
                        ? archive(stream, own, window).map(result).otherwise(result)
                        : Future.succeededFuture(result));
    }

    private Future<Void> archive(StreamName stream, OwnRetention own, StreamWindow window) {
        return source.now()
                .compose(now -> super.latest(stream, Long.MAX_VALUE, NEWEST)
                        .compose(newest -> archive.retain(stream, window.retention(own), newest.hidden(), now)));
    }

    /** Finds a message in the archive too, where the newest entries do not have it. */
    @Override
    public Future<Optional<StoredMessage>> find(StreamName stream, String messageId, int searched) {
        return super.find(stream, messageId, searched)
                .compose(found -> found.isPresent() || !isArchived(stream)
                        ? Future.succeededFuture(found)
                        : archived(stream, messageId));
    }

    /**
     * Searches what waits for the archive, then the archive. The version is read first: an amendment that comes while they are read
     * changes it.
     */
    private Future<Optional<StoredMessage>> archived(StreamName stream, String messageId) {
        RowKey version = RowKey.of(VERSIONS, stream.value() + ' ' + Math.floorMod(messageId.hashCode(), PARTS));
        return rows.read(stream.lane(), ReadSet.of(version))
                .compose(before -> amendments
                        .find(stream, messageId)
                        .map(result -> result.filter(Found::isShown)
                                .map(found -> found.inArchive()
                                        ? found.message().inArchive(next(before, version))
                                        : found.message())));
    }

    private static Permit next(Rows before, RowKey version) {
        return before.permit(List.of(version), WriteSet.of(version, Long.toString(before.number(version) + 1)));
    }

    private static boolean isArchived(StreamName stream) {
        return stream.isInbox() || stream.roomId().isPresent();
    }
}
