package dev.portcullis.archive;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.DirectConversation.Part;
import dev.portcullis.streams.DirectConversation.Read;
import dev.portcullis.streams.InboxReader;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.unarchived.ArchiveSource;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Stream;

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
                .compose(window ->
                        read.order() == Order.BEFORE ? before(read, bounds, window) : after(read, bounds, window));
    }

    private Future<Part> before(Read read, Bounds bounds, Part window) {
        long from = window.entries().isEmpty()
                ? read.seq()
                : seq(window.entries().get(window.entries().size() - 1));
        if (window.cut() || from <= 1) {
            return Future.succeededFuture(window);
        }
        int bytes = window.entries().stream().mapToInt(LatestEntry::length).sum();
        int entries = bounds.entries() - window.entries().size();
        Bounds rest = new Bounds(Math.max(1, entries), Math.max(1, bounds.bytes() - bytes));
        return archived(new Read(read.of(), Order.BEFORE, from), rest).map(earlier -> {
            boolean fits = window.entries().isEmpty() || (entries > 0 && bytes + length(earlier) <= bounds.bytes());
            return fits
                    ? new Part(
                            window.head(),
                            Stream.concat(window.entries().stream(), earlier.entries().stream())
                                    .toList(),
                            earlier.cut(),
                            false)
                    : new Part(
                            window.head(), window.entries(), !earlier.entries().isEmpty(), false);
        });
    }

    /** Reads in the archive what the window no longer has; then in the window. */
    private Future<Part> after(Read read, Bounds bounds, Part window) {
        return window.gap()
                ? archived(read, bounds).map(earlier -> {
                    List<LatestEntry> later = window.entries().stream()
                            .filter(entry -> seq(entry) > earlier.head().seq())
                            .toList();
                    return earlier.entries().isEmpty() && !earlier.cut()
                            ? new Part(window.head(), later, window.cut(), earlier.gap())
                            : new Part(
                                    window.head(),
                                    earlier.entries(),
                                    earlier.cut() || window.cut() || !later.isEmpty(),
                                    earlier.gap());
                })
                : Future.succeededFuture(window);
    }

    private Future<Part> archived(Read read, Bounds bounds) {
        return amendments.apply(read.of().inbox()).compose(any -> archive.conversation(read, bounds));
    }

    private static int length(Part part) {
        return part.entries().stream().mapToInt(LatestEntry::length).sum();
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
