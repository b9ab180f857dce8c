package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.StreamStore.Access;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The rows of a room's read marks, and their rules. They lie in the lane of the room's stream, in one partition, which goes as a
 * whole: the mark of each member by the member, the same members in the order of their marks, and the number of marks.
 */
public record ReadMarks(StreamName room) {
    /** The table of the marks; each room has a partition of it. */
    public static final String TABLE = "rm";

    private static final RowForm<MarkRow> FORM = RowForm.of(MarkRow.class);

    /** The most marks that go for a new one: more than one only where fewer may be kept than before. */
    private static final int DROPPED = 2;

    /**
     * A member's mark.
     *
     * @param until the store time from which on the room's stream may have been forgotten, if there was no append since the mark
     * was made: it may be of an earlier stream of this name then, and is void. By then it is behind all entries that are kept
     */
    private record MarkRow(long seq, long until) {
        boolean isVoid(long now) {
            return until <= now;
        }
    }

    /** The row of a member's mark. */
    public RowKey row(UserId member) {
        return rows().row("m " + member.value());
    }

    /** The row that has a member in the order of the marks, which comes behind all other rows. */
    private RowKey place(long seq, UserId member) {
        return place(placeOf(seq, member.value()));
    }

    private RowKey place(String key) {
        return rows().row(key);
    }

    private static String placeOf(long seq, String member) {
        return "o " + RowKey.ordered(seq) + " " + member;
    }

    private RowKey count() {
        return rows().row("n");
    }

    private RowRange furthestBehind() {
        return rows().from("o", DROPPED);
    }

    private Partition rows() {
        return new Partition(TABLE, room.value());
    }

    /** The seq up to which a member has read, 0 without a mark. One beyond the head is of an earlier stream of this name. */
    public static long seqOf(Optional<String> row, long head, long now) {
        return row.map(FORM::decode)
                .filter(mark -> !mark.isVoid(now) && mark.seq() <= head)
                .map(MarkRow::seq)
                .orElse(0L);
    }

    /** The mark of a member who has read up to an entry: it is never beyond the head. */
    static long reached(long seq, Access access) {
        return Math.min(seq, access.head().seq());
    }

    /** The rows that {@link #move} reads first. A new mark needs more; the access tells nearly always that it is one. */
    ReadSet reads(UserId member, Access access) {
        ReadSet own = ReadSet.of(row(member));
        return access.readSeq() > 0 ? own : own.and(ofNewMark());
    }

    private ReadSet ofNewMark() {
        return ReadSet.of(count()).and(ReadSet.of(furthestBehind()));
    }

    /**
     * Moves a mark forward, and returns its new place; empty if it does not move. The member who is furthest behind loses theirs
     * if there are too many.
     *
     * @param access the stream and the member's access, at an earlier moment
     */
    RowStep<OptionalLong> move(UserId member, long seq, Access access, int most, Rows found) {
        long reached = reached(seq, access);
        Optional<MarkRow> former = found.get(row(member)).map(FORM::decode);
        long keptMs = access.keptUntil() - found.now();
        if (keptMs <= 0
                || former.filter(mark -> !mark.isVoid(found.now()) && mark.seq() >= reached)
                        .isPresent()) {
            return RowStep.done(OptionalLong.empty());
        }
        if (former.isEmpty() && !found.has(count())) {
            return new RowStep.ReadMore<>(ofNewMark());
        }
        MarkRow mark = new MarkRow(reached, access.keptUntil());
        WriteSet writes = former.map(before -> WriteSet.NONE.remove(place(before.seq(), member)))
                .orElseGet(() -> oneMore(most, keptMs, found))
                .putFor(row(member), FORM.encode(mark), keptMs)
                .putFor(place(reached, member), "", keptMs);
        return RowStep.done(OptionalLong.of(reached), writes);
    }

    private WriteSet oneMore(int most, long keptMs, Rows found) {
        long count = found.number(count()) + 1;
        WriteSet writes = WriteSet.NONE;
        for (Rows.Row place : found.get(furthestBehind())) {
            if (count > most) {
                String member = place.key().substring(placeOf(0, "").length());
                writes = writes.remove(place(place.key())).remove(row(new UserId(member)));
                count--;
            }
        }
        return writes.putFor(count(), Long.toString(count), keptMs);
    }
}
