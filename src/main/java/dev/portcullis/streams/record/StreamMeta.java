package dev.portcullis.streams.record;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.StreamWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The record of a stream, beside its entries.
 *
 * @param first the lowest seq that is still stored; {@code head + 1} when none is
 * @param touched the store time of the newest entry; it never goes back, so that the first entries are the ones that are too old
 * @param ageMs how long entries are kept, by the last append
 * @param dueAt the time of the stream's row in the {@code ExpiryIndex}; {@link #UNINDEXED} if it has none
 * @param formerEpochs the last positions of former epochs, oldest first
 * @param gaps how many of the stored entries are only a {@link dev.portcullis.streams.GapEntry}
 * @param archived the position up to which the archive has the stream; empty if no archive follows it
 * @param retention what is kept of the stream, by the last append or since it was set
 * @param hidden the highest seq that was beyond a retention which the stream had before: it stays hidden when more is kept later
 */
public record StreamMeta(
        String epoch,
        long head,
        long first,
        long touched,
        long ageMs,
        long dueAt,
        List<Position> formerEpochs,
        long gaps,
        Optional<Position> archived,
        StreamRetention retention,
        long hidden) {
    public static final long UNINDEXED = 0;

    /** A record outlives its entries, so that a late resume learns that it missed entries. The same holds in append.lua. */
    static final long OUTLIVES_ENTRIES_MS = TimeUnit.DAYS.toMillis(31);

    /**
     * A record that an archive follows says at which seq the stream goes on: what the archive has needs no expiry of it. One with a
     * retention of its own is the only place that has it.
     */
    private static final long OUTLIVES_ARCHIVED_MS = TimeUnit.DAYS.toMillis(365_000);

    private static final int MAX_FORMER_EPOCHS = 4;
    private static final long NOT_ARCHIVED = -1;

    /**
     * The record in the current run. A stream without appends needs no write: at the end of each run since its last append
     * its head was the same.
     */
    public static StreamMeta in(StoreRuns runs, Optional<StreamMeta> stored) {
        return stored.map(meta -> meta.isForgotten(runs) ? ofNewStream(runs, meta.dueAt) : meta.inCurrentRun(runs))
                .orElseGet(() -> ofNewStream(runs, UNINDEXED));
    }

    public Position position() {
        return new Position(epoch, head);
    }

    /** Whether the stream, as it is now, contains this position. */
    public boolean contains(Position position) {
        return epochs().contains(position);
    }

    /** The highest seq up to which the stream contains the entries before this position; 0 if its epoch is not known. */
    public long reached(Position position) {
        return epochs().reached(position).orElse(0L);
    }

    private StreamEpochs epochs() {
        return new StreamEpochs(position(), formerEpochs);
    }

    /** @param window the window of a stream without a retention of its own */
    public StreamMeta appended(long now, StreamWindow window) {
        long stored = Math.max(now, touched);
        StreamMeta kept = retained(retention.own(), window);
        return new StreamMeta(
                        epoch,
                        head + 1,
                        first,
                        stored,
                        kept.ageMs,
                        dueAt,
                        formerEpochs,
                        gaps,
                        archived,
                        kept.retention,
                        kept.hidden)
                .due(dueAt == UNINDEXED && !isEmpty() ? now : dueAt)
                .dueIn(stored);
    }

    /** The record of a stream for which this was set. */
    public StreamMeta retained(OwnRetention own, StreamWindow window) {
        return new StreamMeta(
                epoch,
                head,
                first,
                touched,
                window.of(own).ageMs(),
                dueAt,
                formerEpochs,
                gaps,
                archived,
                window.retention(own),
                hides());
    }

    /** The record of a stream whose readers do not see what is up to a seq, whatever is kept later. */
    public StreamMeta hiding(long upTo) {
        return new StreamMeta(
                epoch,
                head,
                first,
                touched,
                ageMs,
                dueAt,
                formerEpochs,
                gaps,
                archived,
                retention,
                Math.max(hidden, upTo));
    }

    /** The highest seq that the retention takes by its number of entries, or that was taken before. */
    public long hides() {
        return Math.max(hidden, retention.kept().passed(head));
    }

    private StreamMeta dueIn(long stored) {
        return dueNoLaterThan(dueAfter(stored));
    }

    private StreamMeta dueNoLaterThan(long latest) {
        return dueAt == UNINDEXED || dueAt > latest ? due(latest) : this;
    }

    public StreamMeta due(long at) {
        return new StreamMeta(epoch, head, first, touched, ageMs, at, formerEpochs, gaps, archived, retention, hidden);
    }

    /** The time at which an entry that was stored at this time is too old. */
    public long dueAfter(long stored) {
        return stored + ageMs + 1;
    }

    /** @param left how many gaps are among the entries that are left */
    public StreamMeta from(long newFirst, long left) {
        return new StreamMeta(
                epoch, head, newFirst, touched, ageMs, dueAt, formerEpochs, left, archived, retention, hidden);
    }

    /** The record of a stream that the archive has up to this position; empty if no archive follows it. */
    public StreamMeta archived(Optional<Position> upTo) {
        return new StreamMeta(epoch, head, first, touched, ageMs, dueAt, formerEpochs, gaps, upTo, retention, hidden);
    }

    /** Whether the stream is among those that wait for the archive. */
    public boolean waitsForArchive() {
        return archived.filter(position -> position.seq() < head).isPresent();
    }

    /** The highest seq that the store need not keep for an archive. */
    public long released() {
        return archived.map(Position::seq).orElse(Long.MAX_VALUE);
    }

    /**
     * Whether readers see an entry. One that is too old for the window is seen until the archive has it, and none that is beyond
     * the retention.
     */
    public boolean shows(long seq, long stored, long now) {
        return (stored >= horizon(now) || seq > released()) && !isBeyond(seq, stored, now);
    }

    /** Whether an entry need not stay in the store. */
    public boolean isDue(long seq, long stored, long now) {
        return seq <= released() && (stored < horizon(now) || isBeyond(seq, stored, now));
    }

    private boolean isBeyond(long seq, long stored, long now) {
        return seq <= hidden || retention.kept().ends(seq, stored, head, now);
    }

    /** Whether there are entries that are hidden, of those that the archive has. */
    public boolean isLongerThanKept() {
        return first <= Math.min(hides(), released());
    }

    /** The highest seq that an append need not keep for an archive. */
    public long released(StreamWindow window) {
        return window.archived() ? archived.map(Position::seq).orElse(0L) : Long.MAX_VALUE;
    }

    /** The time before which stored entries are too old. */
    public long horizon(long now) {
        return now - ageMs;
    }

    public boolean isEmpty() {
        return first > head;
    }

    public boolean isExpired(long now) {
        return isEmpty() && expiresAt() <= now;
    }

    /** The time at which the record may be forgotten if no entry is appended. */
    public long expiresAt() {
        return touched
                + ageMs
                + (archived.isPresent() || !retention.own().isNone() ? OUTLIVES_ARCHIVED_MS : OUTLIVES_ENTRIES_MS);
    }

    public boolean isForgotten(StoreRuns runs) {
        return isExpired(runs.forgottenUntil());
    }

    private static StreamMeta ofNewStream(StoreRuns runs, long dueAt) {
        return new StreamMeta(
                runs.current(),
                0,
                1,
                0,
                0,
                dueAt,
                newest(positions(List.of(), runs.endedWhileEmpty(), 0)),
                0,
                Optional.empty(),
                StreamRetention.NONE,
                0);
    }

    private StreamMeta inCurrentRun(StoreRuns runs) {
        if (epoch.equals(runs.current())) {
            return this;
        }
        List<Position> own = new ArrayList<>(formerEpochs);
        own.add(position());
        return new StreamMeta(
                runs.current(),
                head,
                first,
                touched,
                ageMs,
                dueAt,
                newest(positions(own, runs.endedAfter(epoch), head)),
                gaps,
                archived,
                retention,
                hidden);
    }

    private static List<Position> positions(List<Position> before, List<String> ended, long head) {
        List<Position> all = new ArrayList<>(before);
        ended.forEach(run -> all.add(new Position(run, head)));
        return all;
    }

    private static List<Position> newest(List<Position> all) {
        return List.copyOf(all.subList(Math.max(0, all.size() - MAX_FORMER_EPOCHS), all.size()));
    }

    public byte[] encode() {
        RowWriter row = new RowWriter(192)
                .text(epoch)
                .number(head)
                .number(first)
                .number(touched)
                .number(ageMs)
                .number(dueAt);
        row.number(formerEpochs.size());
        formerEpochs.forEach(former -> row.text(former.epoch()).number(former.seq()));
        row.number(gaps).text(archived.map(Position::epoch).orElse(""));
        return row.number(archived.map(Position::seq).orElse(NOT_ARCHIVED))
                .number(retention.own().entries())
                .number(retention.own().ageMs())
                .number(retention.kept().entries())
                .number(retention.kept().ageMs())
                .number(hidden)
                .end();
    }

    public static StreamMeta decode(byte[] bytes) {
        RowReader row = new RowReader(bytes);
        String epoch = row.text();
        long head = row.number();
        long first = row.number();
        long touched = row.number();
        long ageMs = row.number();
        long dueAt = row.number();
        List<Position> formerEpochs = new ArrayList<>();
        for (long left = row.number(); left > 0; left--) {
            formerEpochs.add(new Position(row.text(), row.number()));
        }
        long gaps = row.number();
        Position archived = new Position(row.text(), row.number());
        return new StreamMeta(
                epoch,
                head,
                first,
                touched,
                ageMs,
                dueAt,
                List.copyOf(formerEpochs),
                gaps,
                Optional.of(archived).filter(position -> position.seq() != NOT_ARCHIVED),
                new StreamRetention(
                        new OwnRetention(row.number(), row.number()), new Retention(row.number(), row.number())),
                row.number());
    }
}
