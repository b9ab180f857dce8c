package dev.portcullis.hooks.outbox;

import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowQueue;

/**
 * Names the rows of an outbox, which lie in the lane of what the events tell of. Appends and sessions write only to the queue of
 * events and to what is held. All other rows are written by those who take events out, so that neither meets the other.
 */
final class OutboxRows {
    static final RowKey STATE = RowKey.of("hooks", "state");

    static final RowForm<LaneRow> LANE = RowForm.of(LaneRow.class);

    /** What will be told when it ends, by the id of what is held: the incarnation that holds it, a space, and the event. */
    static final Partition HELD = new Partition("hooks_held", "all");

    /** The incarnations that may hold something in the lane. The value is what each began last: it shows that one begins more. */
    static final Partition HOLDERS = new Partition("hooks_holder", "all");

    /** The dead letters by their numbers, as {@code <given up at> <reason> <event>}. */
    static final Partition DEAD = new Partition("hooks_dead", "events");

    /** The events that wait aside, by their numbers. */
    private static final Partition ASIDE = new Partition("hooks_aside", "events");

    private OutboxRows() {}

    /** The events in the order in which they came. Where nothing takes events out, the oldest are lost beyond the bounds. */
    static RowQueue events(OutboxConfig config) {
        return new RowQueue("hooks", (long) config.waiting() + config.deadLetters());
    }

    /** The rows of a queue; {@code events} are those of the lane. */
    static Partition of(LaneQueue queue, RowQueue events) {
        return queue.aside() ? ASIDE : events.rows();
    }

    /** The number of events of a key that wait aside. */
    static RowKey aside(String key) {
        return RowKey.of("hooks_aside_key", key);
    }
}
