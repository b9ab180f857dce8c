package dev.portcullis.archive;

import dev.portcullis.archive.UnarchivedAmendments.ArchiveRead;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.BoundedPart;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.DirectConversation.Part;
import dev.portcullis.streams.DirectConversation.Read;
import dev.portcullis.streams.InboxReader;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.unarchived.ArchiveSource;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Inboxes whose conversations go on in the archive where the window of the inbox ends. */
public final class ArchivedInboxes implements InboxStore {
    private final InboxStore inboxes;
    private final ArchiveStore archive;
    private final UnarchivedAmendments amendments;

    public ArchivedInboxes(InboxStore inboxes, ArchiveStore archive, ArchiveSource source) {
        this.inboxes = inboxes;
        this.archive = archive;
        this.amendments = new UnarchivedAmendments(archive, source);
    }

    @Override
    public Future<Part> conversation(Read read, Bounds bounds) {
        return inboxes.conversation(read, bounds)
                .compose(window -> isWhole(read, window)
                        ? Future.succeededFuture(window)
                        : archived(read, bounds)
                                .map(archived -> joined(read, bounds, window, archived))
                                .recover(failure -> withoutArchive(read, window, failure)));
    }

    /** The newest messages are shown while the archive is away, and that there may be more: none is missing among them. */
    private static Future<Part> withoutArchive(Read read, Part window, Throwable failure) {
        return read.order() == Order.AFTER || window.entries().isEmpty() || lacksSome(window)
                ? Future.failedFuture(failure)
                : Future.succeededFuture(new Part(window.head(), window.entries(), true, false));
    }

    /** Whether the window has all entries of the part. */
    private static boolean isWhole(Read read, Part window) {
        if (lacksSome(window)) {
            return false;
        }
        return read.order() == Order.AFTER || window.cut() || (!window.entries().isEmpty() && lastSeq(window) == 1);
    }

    private static boolean lacksSome(Part window) {
        return window.thinned() || window.gap();
    }

    /** The entries of both. Each has all of its own up to its last one, if it is cut, or to the end. */
    private static Part joined(Read read, Bounds bounds, Part window, Part archived) {
        boolean up = read.order() == Order.AFTER;
        NavigableMap<Long, LatestEntry> entries =
                new TreeMap<>(up ? Comparator.<Long>naturalOrder() : Comparator.<Long>reverseOrder());
        archived.entries().forEach(entry -> entries.put(seq(entry), entry));
        window.entries().forEach(entry -> entries.put(seq(entry), entry)); // it has amendments that the archive lacks
        boolean cut = false;
        for (Part part : List.of(window, archived)) {
            if (part.cut()) {
                entries.tailMap(lastSeq(part), false).clear();
                cut = true;
            }
        }
        BoundedPart<LatestEntry> some =
                new BoundedPart<LatestEntry>(bounds, LatestEntry::length).addAll(entries.values().stream());
        return new Part(window.head(), some.items(), cut || some.isCut(), up && archived.gap());
    }

    private static long lastSeq(Part part) {
        return seq(part.entries().get(part.entries().size() - 1));
    }

    private Future<Part> archived(Read read, Bounds bounds) {
        return amendments
                .read(() -> archive.conversation(read, bounds)
                        .map(part -> ArchiveRead.of(
                                read.of().inbox(),
                                part,
                                part.head(),
                                part.entries().stream().map(LatestEntry::entry).toList())))
                .map(found -> found.waiting().conversation(found.found(), read.order(), bounds));
    }

    private static long seq(LatestEntry entry) {
        return entry.entry().position().seq();
    }

    @Override
    public Future<Delivery> open(InboxReader reader, int mostDevices) {
        return inboxes.open(reader, mostDevices);
    }

    @Override
    public Future<Long> acknowledge(InboxReader reader, Position upTo, int mostDevices) {
        return inboxes.acknowledge(reader, upTo, mostDevices);
    }

    @Override
    public Future<Void> restartBacklog(UserId owner, UserId sender) {
        return inboxes.restartBacklog(owner, sender);
    }

    @Override
    public Future<Boolean> hasWritten(UserId owner, UserId user) {
        return inboxes.hasWritten(owner, user);
    }
}
