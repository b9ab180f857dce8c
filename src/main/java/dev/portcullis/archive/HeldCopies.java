package dev.portcullis.archive;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.EntryState;
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
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Copies what holds cover before it is taken. What waits for the archive is looked at first: an entry that gets there meanwhile is
 * found there.
 */
public final class HeldCopies {
    private static final Bounds ONE = new Bounds(1, 1);

    private final ArchiveStore archive;
    private final ArchiveSource source;
    private final UnarchivedReader reader;
    private final HoldStore holds;

    public HeldCopies(ArchiveStore archive, ArchiveSource source, HoldStore holds) {
        this.archive = archive;
        this.source = source;
        this.reader = new UnarchivedReader(source);
        this.holds = holds;
    }

    public HoldStore holds() {
        return holds;
    }

    /** Copies a message and all its edits, if a hold covers it. */
    Future<Void> keep(StoredMessage message) {
        StreamName stream = message.entry().stream();
        return holds.read().compose(inForce -> {
            List<PlacedHold> covering = inForce.covering(stream, message.author());
            return covering.isEmpty() ? Future.succeededFuture() : keep(message, covering);
        });
    }

    /** Each amendment names the one before it, so what waits is not searched for them, however much that is. */
    private Future<Void> keep(StoredMessage message, List<PlacedHold> covering) {
        StreamName stream = message.entry().stream();
        long seq = message.entry().position().seq();
        NavigableMap<Long, EntryRow> rows = new TreeMap<>();
        return amendments(stream, message.id(), message.amendedBy(), rows)
                .compose(any -> row(stream, seq))
                .compose(found -> {
                    found.filter(row -> row.isMessage(message.id())).ifPresent(row -> rows.put(seq, row));
                    return archive.rows(stream, message.id());
                })
                .compose(archived -> {
                    archived.forEach(row -> rows.putIfAbsent(seq(row), row));
                    return rows.containsKey(seq)
                            ? archive.keep(copies(rows.values(), covering))
                            : Future.failedFuture(StoreFailure.notApplied("a held message can't be copied now"));
                });
    }

    /** Those that the window has, from the newest one on. What it lacks, the archive has. */
    private Future<Void> amendments(StreamName stream, String id, long newest, NavigableMap<Long, EntryRow> rows) {
        if (newest == 0) {
            return Future.succeededFuture();
        }
        return row(stream, newest)
                .compose(found -> found.filter(row -> row.isGap() || isAmendment(row, id))
                        .map(row -> {
                            if (!row.isGap()) {
                                rows.put(newest, row);
                            }
                            return amendments(stream, id, row.amendment(), rows);
                        })
                        .orElse(Future.succeededFuture()));
    }

    private static boolean isAmendment(EntryRow row, String id) {
        return row.state() == EntryState.AMENDMENT
                && AmendedMessage.idOf(row).filter(id::equals).isPresent();
    }

    /** The row of this seq, if the window has it. */
    private Future<Optional<EntryRow>> row(StreamName stream, long seq) {
        return source.read(stream, OptionalLong.of(seq - 1), ONE)
                .map(part -> part.rows().stream().findFirst().filter(row -> seq(row) == seq));
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
            return reader.visitAll(stream, part -> archive.keep(inForce.copies(part.rows())));
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
        return reader.visitAll(stream, part -> {
            part.rows().forEach(visitor);
            return Future.succeededFuture();
        });
    }

    private static long seq(EntryRow row) {
        return row.entry().position().seq();
    }
}
