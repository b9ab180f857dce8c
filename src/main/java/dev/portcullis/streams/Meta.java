package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.Append.Retention;
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
 * @param olds the last places of former epochs, oldest first
 */
record Meta(String epoch, long head, long first, long touched, long ageMs, long dueAt, List<Position> olds) {
    static final long UNINDEXED = 0;

    /** A record outlives its entries, so that who comes back late learns that something was missed. So does append.lua's. */
    static final long OUTLIVES_MS = TimeUnit.DAYS.toMillis(31);

    private static final int OLDS = 4;

    /** From which on a record says where its row in the index is. */
    private static final byte INDEXED_VERSION = 2;

    /**
     * The record in the current run. A stream that nobody touched moves along without being written: at the end of each
     * run in between it stood where it stands.
     */
    static Meta in(Runs runs, Optional<Meta> stored) {
        return stored.map(meta -> meta.isForgotten(runs) ? unborn(runs, meta.dueAt) : meta.carried(runs))
                .orElseGet(() -> unborn(runs, UNINDEXED));
    }

    Position position() {
        return new Position(epoch, head);
    }

    /** Whether the stream, as it is now, went through this place. */
    boolean wentThrough(Position place) {
        return wentThrough(position(), olds, place);
    }

    static boolean wentThrough(Position now, List<Position> olds, Position place) {
        if (place.epoch().equals(now.epoch())) {
            return place.seq() <= now.seq();
        }
        return olds.stream().anyMatch(old -> old.epoch().equals(place.epoch()) && place.seq() <= old.seq());
    }

    Meta appended(long now, long newFirst, Retention retention) {
        long stored = Math.max(now, touched);
        return new Meta(epoch, head + 1, newFirst, stored, retention.ageMs(), dueAt, olds)
                .due(dueAt == UNINDEXED && !isEmpty() ? now : dueAt)
                .dueNoLaterThan(stored + retention.ageMs() + 1);
    }

    private Meta dueNoLaterThan(long latest) {
        return dueAt == UNINDEXED || dueAt > latest ? due(latest) : this;
    }

    Meta due(long at) {
        return new Meta(epoch, head, first, touched, ageMs, at, olds);
    }

    /** When an entry that was stored then is too old. */
    long dueAfter(long stored) {
        return stored + ageMs + 1;
    }

    Meta from(long newFirst) {
        return new Meta(epoch, head, newFirst, touched, ageMs, dueAt, olds);
    }

    /** Entries stored before this are too old. */
    long horizon(long now) {
        return now - ageMs;
    }

    boolean isEmpty() {
        return first > head;
    }

    boolean hasRunOut(long now) {
        return isEmpty() && runsOutAt() <= now;
    }

    /** When the record may be forgotten, if no entry comes. */
    long runsOutAt() {
        return touched + ageMs + OUTLIVES_MS;
    }

    boolean isForgotten(Runs runs) {
        return hasRunOut(runs.forgotten());
    }

    private static Meta unborn(Runs runs, long dueAt) {
        return new Meta(runs.current(), 0, 1, 0, 0, dueAt, newest(places(List.of(), runs.endedSinceBorn(), 0)));
    }

    private Meta carried(Runs runs) {
        if (epoch.equals(runs.current())) {
            return this;
        }
        List<Position> own = new ArrayList<>(olds);
        own.add(position());
        return new Meta(
                runs.current(), head, first, touched, ageMs, dueAt, newest(places(own, runs.endedAfter(epoch), head)));
    }

    private static List<Position> places(List<Position> before, List<String> ended, long head) {
        List<Position> all = new ArrayList<>(before);
        ended.forEach(run -> all.add(new Position(run, head)));
        return all;
    }

    private static List<Position> newest(List<Position> all) {
        return List.copyOf(all.subList(Math.max(0, all.size() - OLDS), all.size()));
    }

    byte[] encode() {
        RowWriter row = RowWriter.version(INDEXED_VERSION, 192)
                .text(epoch)
                .number(head)
                .number(first)
                .number(touched)
                .number(ageMs)
                .number(dueAt);
        row.number(olds.size());
        olds.forEach(old -> row.text(old.epoch()).number(old.seq()));
        return row.end();
    }

    static Meta decode(byte[] bytes) {
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
        return new Meta(epoch, head, first, touched, ageMs, dueAt, List.copyOf(olds));
    }
}
