package dev.portcullis.archive.embedded;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.NamedFiles;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.holds.HoldReader;
import dev.portcullis.streams.holds.Holds;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.RowKeys;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps each stream within its retention. A stream whose retention has bounds has one row in the table of what is due, at the time
 * at which its oldest entry ends or before it, so a sweep reads only what it removes.
 */
final class RetentionSteps {
    private static final int ROWS_AT_ONCE = 128;

    /** The time of a row of which something is due whatever the clock says. */
    private static final long AT_ONCE = 1;

    private final EmbeddedStore store;
    private final ArchiveTables tables;
    private final HeldRows held;
    private final AtomicBoolean running = new AtomicBoolean();

    RetentionSteps(EmbeddedStore store, ArchiveTables tables) {
        this.store = store;
        this.tables = tables;
        this.held = new HeldRows(tables);
    }

    /** Stores the record of a stream to which a part was added. */
    void added(Batch batch, StreamName name, ArchivedStream stream, ArchivePart part) {
        List<EntryRow> rows = part.rows();
        long newest = rows.get(rows.size() - 1).stored();
        if (!part.retention().equals(stream.retention())) {
            put(batch, name, stream, retained(batch, name, stream, part.retention(), part.hidden(), newest));
            return;
        }
        Retention kept = stream.retention().kept();
        ArchivedStream hiding = stream.keeping(
                stream.retention(), Math.max(kept.passed(stream.head().seq()), part.hidden()));
        long oldest = stream.due() == ArchivedStream.NEVER ? rows.get(0).stored() : Long.MAX_VALUE;
        put(batch, name, stream, hiding.due(dueOf(hiding, oldest)));
    }

    /** Stores what is kept of a stream, unless the archive has nothing of it. */
    boolean retain(Batch batch, StreamName name, StreamRetention retention, long hidden, long now) {
        ArchivedStream stream = tables.stream(batch, name);
        boolean changes = !stream.retention().equals(retention) || hidden > stream.hidden();
        if (!stream.equals(ArchivedStream.EMPTY) && changes) {
            put(batch, name, stream, retained(batch, name, stream, retention, hidden, now));
        }
        return true;
    }

    private ArchivedStream retained(
            Batch batch, StreamName name, ArchivedStream stream, StreamRetention retention, long hidden, long now) {
        Retention kept = retention.kept();
        long tooOld = kept.ageMs() == Retention.FOREVER ? 0 : lastBefore(batch, name, stream, kept.horizon(now));
        ArchivedStream hiding = stream.keeping(
                        retention,
                        Math.max(hidden, Math.max(kept.passed(stream.head().seq()), tooOld)))
                .due(ArchivedStream.NEVER);
        return hiding.due(
                dueOf(hiding, oldest(batch, name, stream).map(EntryRow::stored).orElse(Long.MAX_VALUE)));
    }

    /**
     * The highest seq of entries that were stored before a time, or one below the next: by halves, since the times of entries do
     * not go back.
     */
    private long lastBefore(Batch batch, StreamName name, ArchivedStream stream, long time) {
        long low = stream.first() - 1;
        long high = stream.head().seq();
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            Optional<EntryRow> row = firstFrom(batch, name, middle, high);
            if (row.isPresent() && row.get().stored() < time) {
                low = row.get().entry().position().seq();
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private Optional<EntryRow> oldest(Reader reader, StreamName name, ArchivedStream stream) {
        return firstFrom(reader, name, stream.first(), stream.head().seq());
    }

    private Optional<EntryRow> firstFrom(Reader reader, StreamName name, long seq, long last) {
        List<EntryRow> found = new ArrayList<>();
        tables.scan(reader, name, seq, last, row -> {
            found.add(row);
            return false;
        });
        return found.stream().findFirst();
    }

    /** @param oldest the store time of the oldest entry, if the stream has no row yet */
    private static long dueOf(ArchivedStream stream, long oldest) {
        if (stream.first() <= Math.min(stream.hidden(), stream.head().seq())) {
            return AT_ONCE;
        }
        long ageMs = stream.retention().kept().ageMs();
        return ageMs == Retention.FOREVER || oldest == Long.MAX_VALUE
                ? stream.due()
                : Math.max(AT_ONCE, oldest + ageMs + 1);
    }

    private void put(Batch batch, StreamName name, ArchivedStream before, ArchivedStream after) {
        if (before.due() != after.due()) {
            if (before.due() != ArchivedStream.NEVER) {
                batch.delete(tables.due, ArchiveKeys.ofDue(before.due(), name));
            }
            if (after.due() != ArchivedStream.NEVER) {
                batch.put(tables.due, ArchiveKeys.ofDue(after.due(), name), new byte[0]);
            }
        }
        tables.put(batch, name, after);
    }

    /** Removes what is due. Does nothing while another run does. */
    Future<Long> expire(long now, HoldReader holds) {
        if (!running.compareAndSet(false, true)) {
            return Future.succeededFuture(0L);
        }
        Run run = new Run();
        return RepeatedStep.untilDone(() -> store.readInBackground(reader -> next(reader, run, now))
                        .compose(found -> found.map(due -> holds.read()
                                        .compose(inForce -> store.write(batch -> expire(batch, due, now, inForce)))
                                        .map(removed -> {
                                            run.removed += removed;
                                            return Optional.<Long>empty();
                                        }))
                                .orElseGet(() -> Future.succeededFuture(Optional.of(run.removed)))))
                .onComplete(any -> running.set(false));
    }

    /** The first stream that is due. Its oldest entries are read here already, so that the step finds them in memory. */
    private Optional<Due> next(Reader reader, Run run, long now) {
        List<Due> found = new ArrayList<>();
        reader.scan(tables.due, run.from, ArchiveKeys.firstOfDue(now + 1), (key, value) -> {
            found.add(new Due(ArchiveKeys.dueOf(key), ArchiveKeys.streamOf(key)));
            run.from = key;
            return false;
        });
        found.forEach(due -> {
            int unused = ended(reader, due.stream(), tables.stream(reader, due.stream()), now)
                    .size();
        });
        return found.stream().findFirst();
    }

    /** The oldest entries that have ended, and at last one more entry, if there is one. */
    private List<EntryRow> ended(Reader reader, StreamName name, ArchivedStream stream, long now) {
        List<EntryRow> rows = new ArrayList<>();
        tables.scan(reader, name, stream.first(), stream.head().seq(), row -> {
            rows.add(row);
            return rows.size() <= ROWS_AT_ONCE && hasEnded(stream, row, now);
        });
        return rows;
    }

    private static boolean hasEnded(ArchivedStream stream, EntryRow row, long now) {
        long seq = row.entry().position().seq();
        return seq <= stream.hidden()
                || stream.retention()
                        .kept()
                        .ends(seq, row.stored(), stream.head().seq(), now);
    }

    private int expire(Batch batch, Due due, long now, Holds holds) {
        StreamName name = due.stream();
        ArchivedStream stream = tables.stream(batch, name);
        if (stream.due() != due.at()) { // another row has taken its place
            batch.delete(tables.due, ArchiveKeys.ofDue(due.at(), name));
            return 0;
        }
        List<EntryRow> rows = ended(batch, name, stream, now);
        boolean more = rows.size() > ROWS_AT_ONCE;
        Optional<EntryRow> left = rows.isEmpty() || (!more && hasEnded(stream, rows.get(rows.size() - 1), now))
                ? Optional.empty()
                : Optional.of(rows.remove(rows.size() - 1));
        held.keep(batch, holds.copies(rows));
        tables.note(batch, NamedFiles.swept(rows));
        ArchiveWriter writer = new ArchiveWriter(tables, batch);
        long hour = left.map(ArchiveKeys::hourOf).orElse(ArchivedStream.NO_HOUR);
        for (EntryRow row : rows) {
            writer.remove(row);
            if (ArchiveKeys.hourOf(row) != hour) {
                batch.delete(tables.hours, ArchiveKeys.ofHour(ArchiveKeys.hourOf(row), name));
            }
        }
        writer.end();
        long first = left.map(row -> row.entry().position().seq())
                .orElse(stream.head().seq() + 1);
        tables.removeHoles(batch, name, 0, first - 1);
        ArchivedStream rest = stream.from(first, left.isPresent() ? stream.hour() : ArchivedStream.NO_HOUR);
        if (!more) {
            rest = rest.due(ArchivedStream.NEVER);
            rest = rest.due(dueOf(rest, left.map(EntryRow::stored).orElse(Long.MAX_VALUE)));
        }
        put(batch, name, stream, rest);
        return rows.size();
    }

    Future<Map<StreamName, StreamRetention>> retained(Optional<StreamName> after, int most) {
        return store.readInBackground(reader -> {
            Map<StreamName, StreamRetention> found = new LinkedHashMap<>();
            byte[] from = after.map(name -> RowKeys.next(RowKeys.meta(name))).orElse(new byte[0]);
            tables.scanStreams(reader, from, each -> {
                found.put(each.getKey(), each.getValue().retention());
                return found.size() < most;
            });
            return found;
        });
    }

    /** A row of the table of what is due. */
    private record Due(long at, StreamName stream) {}

    /** The progress of one run. It does not look again at the keys of rows that it removed. */
    private static final class Run {
        private byte[] from = ArchiveKeys.firstOfDue(0);
        private long removed;
    }
}
