package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
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
 * @param olds the last places of former epochs, oldest first
 */
record Meta(String epoch, long head, long first, long touched, long ageMs, List<Position> olds) {
    /** A record outlives its entries, so that who comes back late learns of it. In Redis it does so too: append.lua. */
    static final long OUTLIVES_MS = TimeUnit.DAYS.toMillis(31);

    private static final int OLDS = 4;

    /**
     * The record in the current run. A stream that nobody touched moves along without being written: at the end of each
     * run in between it stood where it stands.
     */
    static Meta in(Runs runs, Optional<Meta> stored) {
        return stored.filter(meta -> !meta.isForgotten(runs))
                .map(meta -> meta.carried(runs))
                .orElseGet(() -> unborn(runs));
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
        return new Meta(epoch, head + 1, newFirst, Math.max(now, touched), retention.ageMs(), olds);
    }

    Meta from(long newFirst) {
        return new Meta(epoch, head, newFirst, touched, ageMs, olds);
    }

    /** Entries stored before this are too old. */
    long horizon(long now) {
        return now - ageMs;
    }

    boolean isEmpty() {
        return first > head;
    }

    boolean hasRunOut(long now) {
        return isEmpty() && touched + ageMs + OUTLIVES_MS <= now;
    }

    boolean isForgotten(Runs runs) {
        return hasRunOut(runs.forgotten());
    }

    private static Meta unborn(Runs runs) {
        return new Meta(runs.current(), 0, 1, 0, 0, newest(places(List.of(), runs.endedSinceBorn(), 0)));
    }

    private Meta carried(Runs runs) {
        if (epoch.equals(runs.current())) {
            return this;
        }
        List<Position> own = new ArrayList<>(olds);
        own.add(position());
        return new Meta(runs.current(), head, first, touched, ageMs, newest(places(own, runs.endedAfter(epoch), head)));
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
        RowWriter row = new RowWriter(192)
                .text(epoch)
                .number(head)
                .number(first)
                .number(touched)
                .number(ageMs);
        row.number(olds.size());
        olds.forEach(old -> row.text(old.epoch()).number(old.seq()));
        return row.end();
    }

    static Meta decode(byte[] bytes) {
        RowReader row = new RowReader(bytes);
        String epoch = row.text();
        long head = row.number();
        long first = row.number();
        long touched = row.number();
        long ageMs = row.number();
        List<Position> olds = new ArrayList<>();
        for (long left = row.number(); left > 0; left--) {
            olds.add(new Position(row.text(), row.number()));
        }
        return new Meta(epoch, head, first, touched, ageMs, List.copyOf(olds));
    }
}
