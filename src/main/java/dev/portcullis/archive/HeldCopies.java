package dev.portcullis.archive;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.holds.HeldMessage;
import dev.portcullis.streams.holds.HeldPlace;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.streams.holds.HoldStore;
import dev.portcullis.streams.holds.Holds;
import dev.portcullis.streams.holds.PlacedHold;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.unarchived.ArchiveSource;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Copies what holds cover before it is taken. What waits for the archive is looked at first: an entry that gets there meanwhile is
 * found there.
 */
public final class HeldCopies {
    private static final int MOST_PARTS = 64;

    private final ArchiveStore archive;
    private final UnarchivedReader reader;
    private final HoldStore holds;

    public HeldCopies(ArchiveStore archive, ArchiveSource source, HoldStore holds) {
        this.archive = archive;
        this.reader = new UnarchivedReader(source, MOST_PARTS);
        this.holds = holds;
    }

    public HoldStore holds() {
        return holds;
    }

    /**
     * Copies a message and all its edits, if a hold covers it.
     *
     * @param window the rows of it that the window has, which are asked for where the archive has none
     */
    Future<Void> keep(StoredMessage message, Supplier<Future<List<EntryRow>>> window) {
        StreamName stream = message.entry().stream();
        return holds.read().compose(inForce -> {
            List<PlacedHold> covering = inForce.covering(stream, message.author());
            return covering.isEmpty() ? Future.succeededFuture() : keep(message, window, covering);
        });
    }

    private Future<Void> keep(
            StoredMessage message, Supplier<Future<List<EntryRow>>> window, List<PlacedHold> covering) {
        StreamName stream = message.entry().stream();
        NavigableMap<Long, EntryRow> rows = new TreeMap<>();
        return visitUnarchived(stream, row -> {
                    if (AmendedMessage.idOf(row).filter(message.id()::equals).isPresent()) {
                        rows.put(seq(row), row);
                    }
                })
                .compose(any -> archive.rows(stream, message.id()))
                .compose(archived -> {
                    archived.forEach(row -> rows.putIfAbsent(seq(row), row));
                    return has(rows, message) ? Future.succeededFuture(List.<EntryRow>of()) : window.get();
                })
                .compose(left -> {
                    left.forEach(row -> rows.putIfAbsent(seq(row), row));
                    return has(rows, message)
                            ? archive.keep(copies(rows.values(), covering))
                            : Future.failedFuture(StoreFailure.notApplied("a held message can't be copied now"));
                });
    }

    private static boolean has(NavigableMap<Long, EntryRow> rows, StoredMessage message) {
        return rows.containsKey(message.entry().position().seq());
    }

    private static List<HeldMessage> copies(Collection<EntryRow> rows, List<PlacedHold> covering) {
        return covering.stream()
                .flatMap(hold -> rows.stream().map(row -> new HeldMessage(hold, row)))
                .toList();
    }

    /** Copies what a stream has that waits for the archive, and that holds cover. */
    Future<Void> keepUnarchived(StreamName stream) {
        return holds.read().compose(inForce -> {
            if (!inForce.mayCover(stream)) {
                return Future.succeededFuture();
            }
            List<EntryRow> rows = new ArrayList<>();
            return visitUnarchived(stream, rows::add).compose(any -> archive.keep(inForce.copies(rows)));
        });
    }

    /**
     * The holds for the sake of which a user must not be deleted.
     *
     * @param ofInbox whether the inbox alone goes, and what the user wrote to others stays
     */
    public Future<Set<Hold>> against(UserId user, boolean ofInbox) {
        return holds.read().compose(inForce -> {
            if (inForce.isEmpty()) {
                return Future.succeededFuture(Set.of());
            }
            Set<Hold> found = new LinkedHashSet<>();
            inForce.of(new Hold.OfUser(user)).map(PlacedHold::hold).ifPresent(found::add);
            return ofInbox || !found.isEmpty()
                    ? Future.succeededFuture(found)
                    : unarchived(user, inForce, found)
                            .compose(any -> archive.holding(user, inForce))
                            .map(archived -> {
                                found.addAll(archived);
                                return found;
                            });
        });
    }

    /** The copies of a hold in the order of their places. */
    public Future<List<HeldMessage>> read(PlacedHold hold, Optional<HeldPlace> after, Bounds bounds) {
        return archive.held(hold, after, bounds);
    }

    private Future<Void> unarchived(UserId author, Holds inForce, Set<Hold> found) {
        Future<Void> all = Future.succeededFuture();
        for (PlacedHold each : inForce.all()) {
            all = all.compose(any -> visitUnarchived(each.hold().stream(), row -> {
                if (row.isOf(author)) {
                    found.add(each.hold());
                }
            }));
        }
        return all;
    }

    private Future<Void> visitUnarchived(StreamName stream, Consumer<EntryRow> visitor) {
        return reader.visit(stream, OptionalLong.empty(), part -> {
                    part.rows().forEach(visitor);
                    return Future.succeededFuture();
                })
                .mapEmpty();
    }

    private static long seq(EntryRow row) {
        return row.entry().position().seq();
    }
}
