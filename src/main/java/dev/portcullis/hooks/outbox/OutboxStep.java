package dev.portcullis.hooks.outbox;

import dev.portcullis.hooks.outbox.EventRow.Cause;
import dev.portcullis.hooks.outbox.LaneRow.Span;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowQueue;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStep.Done;
import dev.portcullis.store.rows.RowStep.ReadMore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rules of an outbox, over the rows of its lane. Events leave a queue only at its front, and hardly a step reads its end: so
 * it does not meet the steps that add events all the time. What a taker has read is known by its last row: if that is the same,
 * so are those before it, also where the store has lost its newest part since.
 */
final class OutboxStep {
    static final String OVERFLOW = "overflow";

    /** The most rows of the front that one step moves. */
    static final int MOST_MOVED = 64;

    /** Spreads the work after a lowered bound over several steps. */
    private static final int MOST_DISCARDED = 8;

    private final OutboxConfig config;
    private final RowQueue events;
    private final Rows found;
    private final LaneRow before;
    private LaneRow row;
    private WriteSet writes = WriteSet.NONE;

    OutboxStep(OutboxConfig config, Rows found) {
        this.config = config;
        this.events = OutboxRows.events(config);
        this.found = found;
        this.before = found.get(OutboxRows.STATE).map(OutboxRows.LANE::decode).orElse(LaneRow.EMPTY);
        this.row = before;
    }

    /**
     * The front of a claimed queue.
     *
     * @param rows the oldest events; none where there are none, or where another taker has them
     * @param anyAside whether events wait aside
     * @param now the store time of the claim
     */
    record Front(List<Row> rows, boolean anyAside, long now) {}

    LaneState state(int lane) {
        long passedOver = passedOver();
        long waiting = found.newest(events) - found.oldestKept(events) + 1;
        LaneQueue queue = LaneQueue.of(lane);
        return new LaneState(
                lane,
                waiting,
                isTaken(queue),
                row.aside().size(),
                isTaken(queue.besides()),
                row.dead().size(),
                waiting > config.waiting(),
                row.overflown() + passedOver,
                row.lost() + passedOver);
    }

    /** The number of events that pushes have removed, since nothing took them out. */
    private long passedOver() {
        return found.oldestKept(events) - found.oldest(events);
    }

    private boolean isTaken(LaneQueue queue) {
        return row.taker(queue).isActive(found.now());
    }

    /** @param guess the rows that were read: they are the oldest if it begins with the oldest one */
    RowStep<Front> claim(LaneQueue queue, String taker, long forMs, RowRange guess) {
        RowRange front = OutboxRows.of(queue, events).from(RowQueue.key(oldest(queue)), guess.limit());
        if (isTaken(queue) && !row.taker(queue).name().equals(taker)) {
            return RowStep.done(new Front(List.of(), false, found.now()));
        }
        if (!found.has(front)) {
            return new ReadMore<>(ReadSet.of(front));
        }
        List<Row> rows = found.get(front);
        row = rows.isEmpty() ? row.freedBy(queue, taker) : row.takenBy(queue, taker, found.now() + forMs);
        return done(new Front(rows, row.aside().size() > 0, found.now()));
    }

    RowStep<Boolean> acknowledge(LaneQueue queue, String taker, List<Row> delivered) {
        row = row.freedBy(queue, taker);
        return done(delivered.isEmpty() || remove(queue, delivered));
    }

    /** Makes the oldest event of a queue a dead letter, if it still waits. */
    RowStep<Boolean> discard(LaneQueue queue, String taker, Row oldest, String reason) {
        row = row.freedBy(queue, taker);
        boolean removed = remove(queue, List.of(oldest));
        if (removed) {
            giveUp(List.of(oldest), reason);
        }
        return done(removed);
    }

    /**
     * Puts the oldest events of a lane aside, if they still wait. The oldest aside become dead letters if there are too many.
     *
     * @param freed the taker whose claim ends; empty if it goes on
     */
    RowStep<Boolean> setAside(LaneQueue queue, Optional<String> freed, List<Row> moved) {
        freed.ifPresent(taker -> row = row.freedBy(queue, taker));
        if (!remove(queue, moved)) {
            return done(false);
        }
        Span aside = row.aside();
        Partition rows = OutboxRows.of(queue.besides(), events);
        int over = (int)
                Math.max(0, Math.min(aside.size() + moved.size() - config.waiting(), moved.size() + MOST_DISCARDED));
        RowRange oldest = rows.from(RowQueue.key(aside.oldest()), Math.max(1, over));
        if (over > 0 && !found.has(oldest)) {
            return new ReadMore<>(ReadSet.of(oldest));
        }
        List<Row> evicted = over > 0 ? found.get(oldest) : List.of();
        List<Row> added = moved.subList(Math.min(moved.size(), over - evicted.size()), moved.size());
        if (!evicted.isEmpty()) {
            removeAside(queue.besides(), evicted);
        }
        long number = aside.newest();
        for (Row each : added) {
            number++;
            writes = writes.put(rows.row(RowQueue.key(number)), each.value()).add(countOf(each), 1);
        }
        row = row.withAside(row.aside().with(added.size())).overflowing(over);
        giveUp(
                Stream.concat(evicted.stream(), moved.stream().limit(moved.size() - added.size()))
                        .toList(),
                OVERFLOW);
        return done(true);
    }

    /**
     * Makes the oldest events dead letters, of those beyond what may wait. Returns how many there are still.
     *
     * @param newest the number of the newest event, as it was read before: this step must not meet the pushes
     */
    RowStep<Long> discardOverflow(long newest) {
        long first = Math.max(found.oldest(events), newest - events.most() + 1);
        long passedOver = first - found.oldest(events);
        long over = newest - first + 1 - config.waiting();
        if (over <= 0) {
            return RowStep.done(0L);
        }
        int moved = (int) Math.min(MOST_MOVED, over);
        RowRange front = events.rows().from(RowQueue.key(first), moved);
        if (!found.has(front)) {
            return new ReadMore<>(ReadSet.of(front));
        }
        String last = RowQueue.key(first + moved - 1);
        List<Row> rows = found.get(front).stream()
                .takeWhile(each -> each.key().compareTo(last) <= 0)
                .toList();
        if (rows.isEmpty() || !rows.get(rows.size() - 1).key().equals(last)) {
            return RowStep.done(
                    0L); // the store has lost events, or pushes have removed more: what was read before is old
        }
        writes = writes.remove(events, found.oldest(events), first + moved - 1);
        row = row.overflowing(passedOver + moved).withDead(row.dead(), passedOver + moved - rows.size());
        giveUp(rows, OVERFLOW);
        return done(over - moved);
    }

    /** Puts the oldest dead letters behind the events that wait. Returns how many. */
    RowStep<Integer> revive() {
        RowRange oldest = OutboxRows.DEAD.from(RowQueue.key(row.dead().oldest()), MOST_MOVED);
        if (!found.has(oldest)) {
            return new ReadMore<>(ReadSet.of(oldest));
        }
        List<Row> letters = found.get(oldest);
        if (letters.isEmpty()) {
            return RowStep.done(0);
        }
        long number = found.newest(events);
        for (Row letter : letters) {
            number++;
            writes = writes.put(events.row(number), DeadLetter.eventOf(letter.value()));
        }
        writes = writes.put(events.newest(), Long.toString(number));
        removeDead(letters.size());
        return done(letters.size());
    }

    /**
     * Ends things that are held, since their nodes are gone.
     *
     * @param holders the incarnations that held nothing else when they were read: they are forgotten, unless they began more
     * @param notAfter until when it is sure that they have no lease
     */
    RowStep<Integer> endHeld(List<Row> held, List<Row> holders, long notAfter) {
        for (Row each : held) {
            RowKey key = OutboxRows.HELD.row(each.key());
            writes = EventRow.typeOf(each.value()).filter(config::tells).isPresent()
                    ? writes.move(key, events, Cause.NODE_LOST.prefix())
                    : writes.remove(key);
        }
        for (Row holder : holders) {
            RowKey key = OutboxRows.HOLDERS.row(holder.key());
            if (found.get(key).equals(Optional.of(holder.value()))) {
                writes = writes.remove(key);
            }
        }
        return new Done<>(held.size(), writes, notAfter);
    }

    private long oldest(LaneQueue queue) {
        return queue.aside() ? row.aside().oldest() : found.oldest(events);
    }

    /** Removes the oldest events of a queue. Returns whether they still waited: a full queue may have lost them meanwhile. */
    private boolean remove(LaneQueue queue, List<Row> rows) {
        Row last = rows.get(rows.size() - 1);
        if (!found.get(OutboxRows.of(queue, events).row(last.key())).equals(Optional.of(last.value()))) {
            return false;
        }
        if (queue.aside()) {
            removeAside(
                    queue,
                    rows.stream()
                            .filter(each -> Long.parseLong(each.key()) >= oldest(queue))
                            .toList());
        } else {
            writes = writes.remove(events, found.oldest(events), Long.parseLong(last.key()));
        }
        return true;
    }

    private void removeAside(LaneQueue queue, List<Row> rows) {
        long oldest = oldest(queue);
        row = row.withAside(row.aside().without(rows.size()));
        writes = writes.remove(OutboxRows.of(queue, events), RowQueue.key(oldest), RowQueue.key(oldest + rows.size()));
        for (Row each : rows) {
            writes = writes.add(countOf(each), -1);
        }
    }

    private static RowKey countOf(Row event) {
        return OutboxRows.aside(EventRow.decode(event.value()).key());
    }

    /** Makes events dead letters. The oldest of these are lost beyond their bound. */
    private void giveUp(List<Row> gone, String reason) {
        List<Row> kept = gone.subList(Math.max(0, gone.size() - config.deadLetters()), gone.size());
        long number = row.dead().newest();
        for (Row event : kept) {
            number++;
            writes = writes.put(
                    OutboxRows.DEAD.row(RowQueue.key(number)), DeadLetter.row(found.now(), reason, event.value()));
        }
        row = row.withDead(row.dead().with(kept.size()), gone.size() - kept.size());
        long over = row.dead().size() - config.deadLetters();
        if (over > 0) {
            removeDead(over);
            row = row.withDead(row.dead(), over);
        }
    }

    private void removeDead(long count) {
        long oldest = row.dead().oldest();
        writes = writes.remove(OutboxRows.DEAD, RowQueue.key(oldest), RowQueue.key(oldest + count));
        row = row.withDead(row.dead().without(count), 0);
    }

    private <T> RowStep<T> done(T result) {
        return RowStep.done(
                result, row.equals(before) ? writes : writes.put(OutboxRows.STATE, OutboxRows.LANE.encode(row)));
    }
}
