package dev.portcullis.archive.embedded;

import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.ErasureStore.Disowned;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.holds.HoldReader;
import dev.portcullis.streams.holds.Holds;
import dev.portcullis.streams.record.AuthorChange;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RowKeys;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Takes deleted users out of the archive, in steps that keep no append waiting for long. */
final class ErasureSteps {
    private static final int ROWS_AT_ONCE = 64;
    private static final int BYTES_AT_ONCE = 256 << 10;

    private final EmbeddedStore store;
    private final ArchiveTables tables;
    private final HeldRows held;

    ErasureSteps(EmbeddedStore store, ArchiveTables tables) {
        this.store = store;
        this.tables = tables;
        this.held = new HeldRows(tables);
    }

    /** The entries are read in the background first, so that the step finds them in memory. */
    Future<Disowned> erase(Erasure erasure) {
        return store.readInBackground(reader -> some(reader, erasure.user()))
                .compose(keys -> keys.isEmpty()
                        ? Future.succeededFuture(Disowned.NONE)
                        : store.write(batch -> erase(batch, erasure, keys))
                                .compose(some -> some.entries() == 0 ? erase(erasure) : Future.succeededFuture(some)));
    }

    private List<byte[]> some(Reader reader, UserId user) {
        List<byte[]> keys = new ArrayList<>();
        int[] bytes = new int[1];
        reader.scan(tables.users, ArchiveKeys.firstOfUser(user), ArchiveKeys.endOfUser(user), (key, value) -> {
            keys.add(key);
            bytes[0] += entry(reader, user, key)
                    .map(row -> row.entry().body().length)
                    .orElse(0);
            return keys.size() < ROWS_AT_ONCE && bytes[0] < BYTES_AT_ONCE;
        });
        return keys;
    }

    private Disowned erase(Batch batch, Erasure erasure, List<byte[]> keys) {
        AuthorChange change = new AuthorChange(erasure);
        ArchiveWriter writer = new ArchiveWriter(tables, batch);
        Set<StreamName> streams = new HashSet<>();
        int changes = 0;
        for (byte[] key : keys) {
            Optional<EntryRow> row = entry(batch, erasure.user(), key);
            Optional<EntryRow> changed = row.flatMap(change::apply);
            batch.delete(tables.users, key);
            if (changed.isPresent()) {
                writer.replace(row.orElseThrow(), changed.get());
                streams.add(changed.get().entry().stream());
                changes++;
            }
        }
        writer.end();
        return new Disowned(changes, streams);
    }

    private Optional<EntryRow> entry(Reader reader, UserId user, byte[] key) {
        return tables.entry(reader, ArchiveKeys.streamOf(user, key), RowKeys.seqOf(key));
    }

    /** Removes the oldest entries until there are none; then the position moves. */
    Future<Long> clear(StreamName inbox, Position head, HoldReader holds) {
        long[] removed = new long[1];
        return RepeatedStep.untilDone(() -> holds.read()
                .compose(inForce -> store.write(batch -> clear(batch, inbox, head, inForce)))
                .map(some -> {
                    removed[0] += some;
                    return some == 0 ? Optional.of(removed[0]) : Optional.empty();
                }));
    }

    private int clear(Batch batch, StreamName inbox, Position head, Holds holds) {
        ArchivedStream stream = tables.stream(batch, inbox);
        List<EntryRow> oldest = new ArrayList<>();
        tables.scan(batch, inbox, stream.first(), stream.head().seq(), row -> {
            oldest.add(row);
            return oldest.size() <= ROWS_AT_ONCE;
        });
        if (oldest.isEmpty()) {
            end(batch, inbox, stream, head);
            return 0;
        }
        boolean more = oldest.size() > ROWS_AT_ONCE;
        Optional<EntryRow> left = more ? Optional.of(oldest.remove(ROWS_AT_ONCE)) : Optional.empty();
        held.keep(batch, holds.copies(oldest));
        long hour = left.map(ArchiveKeys::hourOf).orElse(ArchivedStream.NO_HOUR);
        ArchiveWriter writer = new ArchiveWriter(tables, batch);
        for (EntryRow row : oldest) {
            writer.remove(row);
            if (ArchiveKeys.hourOf(row) != hour) {
                batch.delete(tables.hours, ArchiveKeys.ofHour(ArchiveKeys.hourOf(row), inbox));
            }
        }
        writer.end();
        long first = left.map(row -> row.entry().position().seq())
                .orElse(stream.head().seq() + 1);
        tables.put(batch, inbox, stream.from(first, more ? stream.hour() : ArchivedStream.NO_HOUR));
        return oldest.size();
    }

    private void end(Batch batch, StreamName inbox, ArchivedStream stream, Position head) {
        Position at = head.seq() == 0 ? stream.head() : head;
        tables.removeHoles(batch, inbox, 0, Long.MAX_VALUE - 1);
        if (!at.equals(ArchiveStore.NOTHING)) {
            tables.put(batch, inbox, stream.cut(at, at.seq() + 1, ArchivedStream.NO_HOUR));
        }
    }
}
