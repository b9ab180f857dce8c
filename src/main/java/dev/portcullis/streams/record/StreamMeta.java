package dev.portcullis.streams.record;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.AppendRequest.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What is recorded of a stream beside its entries.
 *
 * @param first the lowest seq that is still stored; {@code head + 1} when none is
 * @param touched store time of the newest entry; never goes back, so that what is too old is always a beginning
 * @param ageMs how long entries stay, as the last append said
 * @param dueAt where the stream's row in the {@code ExpiryIndex} is; {@link #UNINDEXED} if it has none
 * @param formerEpochs the last places of former epochs, oldest first
 */
public record StreamMeta(
        String epoch, long head, long first, long touched, long ageMs, long dueAt, List<Position> formerEpochs) {
    public static final long UNINDEXED = 0;

    /** A record outlives its entries, so that who comes back late learns that something was missed. So does append.lua's. */
    static final long OUTLIVES_MS = TimeUnit.DAYS.toMillis(31);

    private static final int OLDS = 4;

    /** From which on a record says where its row in the index is. */
    private static final byte INDEXED_VERSION = 2;

    /**
     * The record in the current run. A stream that nobody touched moves along without being written: at the end of each
     * run in between it stood where it stands.
     */
    public static StreamMeta in(StoreRuns runs, Optional<StreamMeta> stored) {
        return stored.map(meta -> meta.isForgotten(runs) ? ofNewStream(runs, meta.dueAt) : meta.inCurrentRun(runs))
                .orElseGet(() -> ofNewStream(runs, UNINDEXED));
    }

    public Position position() {
        return new Position(epoch, head);
    }

    /** Whether the stream, as it is now, went through this place. */
    public boolean wentThrough(Position place) {
        return wentThrough(position(), formerEpochs, place);
    }

    public static boolean wentThrough(Position now, List<Position> olds, Position place) {
        if (place.epoch().equals(now.epoch())) {
            return place.seq() <= now.seq();
        }
        return olds.stream().anyMatch(old -> old.epoch().equals(place.epoch()) && place.seq() <= old.seq());
    }

    public StreamMeta appended(long now, long newFirst, Retention retention) {
        long stored = Math.max(now, touched);
        return new StreamMeta(epoch, head + 1, newFirst, stored, retention.ageMs(), dueAt, formerEpochs)
                .due(dueAt == UNINDEXED && !isEmpty() ? now : dueAt)
                .dueNoLaterThan(stored + retention.ageMs() + 1);
    }

    private StreamMeta dueNoLaterThan(long latest) {
        return dueAt == UNINDEXED || dueAt > latest ? due(latest) : this;
    }

    public StreamMeta due(long at) {
        return new StreamMeta(epoch, head, first, touched, ageMs, at, formerEpochs);
    }

    /** When an entry that was stored then is too old. */
    public long dueAfter(long stored) {
        return stored + ageMs + 1;
    }

    public StreamMeta from(long newFirst) {
        return new StreamMeta(epoch, head, newFirst, touched, ageMs, dueAt, formerEpochs);
    }

    /** Entries stored before this are too old. */
    public long horizon(long now) {
        return now - ageMs;
    }

    public boolean isEmpty() {
        return first > head;
    }

    public boolean hasRunOut(long now) {
        return isEmpty() && runsOutAt() <= now;
    }

    /** When the record may be forgotten, if no entry comes. */
    public long runsOutAt() {
        return touched + ageMs + OUTLIVES_MS;
    }

    public boolean isForgotten(StoreRuns runs) {
        return hasRunOut(runs.forgotten());
    }

    private static StreamMeta ofNewStream(StoreRuns runs, long dueAt) {
        return new StreamMeta(runs.current(), 0, 1, 0, 0, dueAt, head(places(List.of(), runs.endedSinceBorn(), 0)));
    }

    private StreamMeta inCurrentRun(StoreRuns runs) {
        if (epoch.equals(runs.current())) {
            return this;
        }
        List<Position> own = new ArrayList<>(formerEpochs);
        own.add(position());
        return new StreamMeta(
                runs.current(), head, first, touched, ageMs, dueAt, head(places(own, runs.endedAfter(epoch), head)));
    }

    private static List<Position> places(List<Position> before, List<String> ended, long head) {
        List<Position> all = new ArrayList<>(before);
        ended.forEach(run -> all.add(new Position(run, head)));
        return all;
    }

    private static List<Position> head(List<Position> all) {
        return List.copyOf(all.subList(Math.max(0, all.size() - OLDS), all.size()));
    }

    public byte[] encode() {
        RowWriter row = RowWriter.version(INDEXED_VERSION, 192)
                .text(epoch)
                .number(head)
                .number(first)
                .number(touched)
                .number(ageMs)
                .number(dueAt);
        row.number(formerEpochs.size());
        formerEpochs.forEach(old -> row.text(old.epoch()).number(old.seq()));
        return row.end();
    }

    public static StreamMeta decode(byte[] bytes) {
        RowReader row = new RowReader(bytes, INDEXED_VERSION);
        String epoch = row.text();
        long head = row.number();
        long first = row.number();
        long touched = row.number();
        long ageMs = row.number();
        long dueAt = row.version() < INDEXED_VERSION ? UNINDEXED : row.number();
        List<Position> olds = new ArrayList<>();
        for (long left = row.number(); left > 0; left--) {
            olds.add(new Position(row.text(), row.number()));
        }
        return new StreamMeta(epoch, head, first, touched, ageMs, dueAt, List.copyOf(olds));
    }
}
