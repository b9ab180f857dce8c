package dev.portcullis.archive.embedded;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.archive.NamedFiles;
import dev.portcullis.protocol.Position;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.holds.Holds;
import dev.portcullis.streams.record.EntryRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The steps that change the archive. Each takes little time, since the node's appends wait for it. */
final class ArchiveSteps {
    private final ArchiveTables tables;
    private final HeldRows held;
    private final RetentionSteps retention;

    ArchiveSteps(ArchiveTables tables, RetentionSteps retention) {
        this.tables = tables;
        this.held = new HeldRows(tables);
        this.retention = retention;
    }

    /**
     * Adds parts behind the positions of their streams. Returns the streams at another position than that their part goes on
     * from.
     */
    List<StreamName> add(Batch batch, List<ArchivePart> parts) {
        ArchiveWriter writer = new ArchiveWriter(tables, batch);
        List<StreamName> leftOut = parts.stream()
                .filter(part -> !add(batch, writer, part))
                .map(ArchivePart::stream)
                .toList();
        writer.end();
        return leftOut;
    }

    private boolean add(Batch batch, ArchiveWriter writer, ArchivePart part) {
        StreamName name = part.stream();
        ArchivedStream stream = tables.stream(batch, name);
        if (!stream.head().equals(part.from())) {
            return false;
        }
        long first = stream.isEmpty() ? seq(part.rows().get(0)) : stream.first();
        long last = stream.isEmpty() ? first - 1 : stream.head().seq();
        long hour = stream.hour();
        for (EntryRow row : part.rows()) {
            if (seq(row) > last + 1) {
                writer.addHole(name, last + 1, seq(row) - 1);
            }
            writer.add(row);
            hour = addHour(batch, name, hour, row);
            last = seq(row);
        }
        retention.added(batch, name, stream.upTo(part.to(), first, hour), part);
        return true;
    }

    /** Notes the hour of an entry, unless it is that of the entry before it. */
    private long addHour(Batch batch, StreamName name, long before, EntryRow row) {
        long hour = ArchiveKeys.hourOf(row);
        if (hour != before) {
            batch.put(tables.hours, ArchiveKeys.ofHour(hour, name), new byte[0]);
        }
        return hour;
    }

    /**
     * Removes the newest entries beyond a seq, at most so many.
     *
     * @param from the position at which the archive has to be
     * @return the position at which the archive is then; empty if it was at another one than {@code from}
     */
    Optional<Position> supersede(Batch batch, StreamName name, Position from, long shared, int most) {
        ArchivedStream stream = tables.stream(batch, name);
        if (!stream.head().equals(from)) {
            return Optional.empty();
        }
        List<EntryRow> newest = new ArrayList<>();
        tables.scanBack(batch, name, stream.first(), from.seq(), row -> {
            newest.add(row);
            return newest.size() <= most && seq(row) > shared;
        });
        Optional<EntryRow> left = newest.stream()
                .reduce((newer, older) -> older)
                .filter(row -> newest.size() > most || seq(row) <= shared);
        List<EntryRow> superseded = newest.subList(0, newest.size() - (left.isPresent() ? 1 : 0));
        remove(batch, name, superseded);
        Position head = left.map(row -> row.entry().position()).orElse(ArchiveStore.NOTHING);
        tables.removeHoles(batch, name, head.seq() + 1, Long.MAX_VALUE - 1);
        tables.put(
                batch,
                name,
                left.map(row -> stream.cut(head, stream.first(), addHour(batch, name, ArchivedStream.NO_HOUR, row)))
                        .orElseGet(() -> stream.cut(head, 1, ArchivedStream.NO_HOUR)));
        return Optional.of(head);
    }

    /** Removes the oldest entries of a stream, of those that were stored within an hour or before it. Returns how many. */
    int removeOldest(Batch batch, StreamName name, long hour, int most, Holds holds) {
        ArchivedStream stream = tables.stream(batch, name);
        List<EntryRow> oldest = new ArrayList<>();
        boolean[] more = new boolean[1];
        tables.scan(batch, name, stream.first(), stream.head().seq(), row -> {
            boolean due = ArchiveKeys.hourOf(row) <= hour;
            more[0] = due && oldest.size() == most;
            return due && !more[0] && oldest.add(row);
        });
        held.keep(batch, holds.copies(oldest));
        tables.note(batch, NamedFiles.swept(oldest));
        ArchiveWriter writer = new ArchiveWriter(tables, batch);
        oldest.forEach(writer::remove);
        writer.end();
        long first = oldest.isEmpty() ? stream.first() : seq(oldest.get(oldest.size() - 1)) + 1;
        tables.removeHoles(batch, name, stream.first(), first);
        if (!more[0]) {
            batch.delete(tables.hours, ArchiveKeys.ofHour(hour, name));
        }
        boolean ended = !more[0] && stream.hour() == hour;
        tables.put(batch, name, stream.from(first, ended ? ArchivedStream.NO_HOUR : stream.hour()));
        return oldest.size();
    }

    private void remove(Batch batch, StreamName name, List<EntryRow> rows) {
        ArchiveWriter writer = new ArchiveWriter(tables, batch);
        for (EntryRow row : rows) {
            writer.remove(row);
            batch.delete(tables.hours, ArchiveKeys.ofHour(ArchiveKeys.hourOf(row), name));
        }
        writer.end();
    }

    private static long seq(EntryRow row) {
        return row.entry().position().seq();
    }
}
