package dev.portcullis.hooks.outbox;

import dev.portcullis.hooks.outbox.EventRow.Cause;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tables of the embedded outboxes, and the steps that change them. */
final class OutboxTables {
    private static final int MOST_DISCARDED = 8;
    private static final int MOST_SWEPT = 500;

    final Table lanes;
    final Table waiting;
    final Table dead;
    final Table held;
    private final Table asideLanes;
    private final Table aside;
    private final Table asideKeys; // how many events of each wait aside
    private final OutboxConfig config;

    /** Blocks for a moment while it creates tables. */
    OutboxTables(EmbeddedStore store, OutboxConfig config) {
        this.config = config;
        this.lanes = store.table("hooks.lanes");
        this.waiting = store.table("hooks.waiting");
        this.dead = store.table("hooks.dead");
        this.held = store.table("hooks.held");
        this.asideLanes = store.table("hooks.aside.lanes");
        this.aside = store.table("hooks.aside");
        this.asideKeys = store.table("hooks.aside.keys");
    }

    int finish(Batch batch, byte[] key, Cause cause, long now) {
        byte[] ended = batch.get(held, key);
        if (ended == null) {
            return 0;
        }
        batch.delete(held, key);
        if (ended.length > 0) {
            LaneQueue queue = LaneQueue.of(Byte.toUnsignedInt(key[0]));
            push(batch, queue, EventRow.withHead(ended, cause, "", 0, now), now);
        }
        return 1;
    }

    /** Puts an event at the end of its queue. */
    void push(Batch batch, LaneQueue queue, byte[] event, long now) {
        append(batch, queue, event);
        for (int i = 0; i < MOST_DISCARDED && state(batch, queue).waiting() > config.waiting(); i++) {
            discard(batch, queue, "overflow", now);
            put(
                    batch,
                    LaneQueue.of(queue.lane()),
                    state(batch, LaneQueue.of(queue.lane())).overflow());
        }
    }

    void append(Batch batch, LaneQueue queue, byte[] event) {
        LaneRow row = state(batch, queue);
        batch.put(events(queue), LaneRow.key(queue.lane(), row.next()), event);
        put(batch, queue, row.pushed());
        if (queue.aside()) {
            count(batch, queue, event, 1);
        }
    }

    /** Moves the oldest event to the dead letters. */
    void discard(Batch batch, LaneQueue queue, String reason, long now) {
        byte[] event = oldest(batch, queue);
        remove(batch, queue, 1);
        if (event == null) {
            return;
        }
        LaneQueue lane = LaneQueue.of(queue.lane());
        LaneRow row = state(batch, lane);
        batch.put(dead, LaneRow.key(queue.lane(), row.nextDead()), DeadLetterRow.encode(now, reason, event));
        LaneRow after = row.discarded();
        while (after.dead() > config.deadLetters()) {
            batch.delete(dead, LaneRow.key(queue.lane(), after.firstDead()));
            after = after.forgotten().lose();
        }
        put(batch, lane, after);
    }

    /** Removes the oldest events. */
    void remove(Batch batch, LaneQueue queue, int count) {
        LaneRow row = state(batch, queue);
        for (int i = 0; i < count; i++) {
            byte[] key = LaneRow.key(queue.lane(), row.first() + i);
            byte[] event = queue.aside() ? batch.get(aside, key) : null;
            if (event != null) {
                count(batch, queue, event, -1);
            }
            batch.delete(events(queue), key);
        }
        put(batch, queue, row.taken(count));
    }

    /** Puts the oldest event of a lane aside. */
    void setAside(Batch batch, LaneQueue queue, long now) {
        byte[] event = oldest(batch, queue);
        remove(batch, queue, 1);
        if (event != null) {
            push(batch, queue.besides(), event, now);
        }
    }

    /** Puts the oldest events of a lane aside as far as others of their keys wait there. */
    int sweep(Batch batch, LaneQueue queue, long now) {
        int swept = 0;
        while (swept < MOST_SWEPT && isAside(batch, queue.lane(), oldest(batch, queue))) {
            setAside(batch, queue, now);
            swept++;
        }
        return swept;
    }

    /** Whether others of the event's key wait aside. */
    boolean isAside(Reader reader, int lane, byte @Nullable [] event) {
        return event != null && reader.get(asideKeys, asideKey(lane, event)) != null;
    }

    boolean isAnyAside(Reader reader, int lane) {
        return state(reader, LaneQueue.of(lane).besides()).waiting() > 0;
    }

    byte @Nullable [] oldest(Reader reader, LaneQueue queue) {
        return event(reader, queue, state(reader, queue).first());
    }

    byte @Nullable [] event(Reader reader, LaneQueue queue, long number) {
        return reader.get(events(queue), LaneRow.key(queue.lane(), number));
    }

    Table events(LaneQueue queue) {
        return queue.aside() ? aside : waiting;
    }

    LaneRow state(Reader reader, LaneQueue queue) {
        return LaneRow.decode(reader.get(states(queue), LaneRow.key(queue.lane())));
    }

    void put(Batch batch, LaneQueue queue, LaneRow row) {
        batch.put(states(queue), LaneRow.key(queue.lane()), row.encode());
    }

    private Table states(LaneQueue queue) {
        return queue.aside() ? asideLanes : lanes;
    }

    private void count(Batch batch, LaneQueue queue, byte[] event, int more) {
        byte[] key = asideKey(queue.lane(), event);
        int count = Optional.ofNullable(batch.get(asideKeys, key))
                        .map(bytes -> ByteBuffer.wrap(bytes).getInt())
                        .orElse(0)
                + more;
        if (count > 0) {
            batch.put(
                    asideKeys,
                    key,
                    ByteBuffer.allocate(Integer.BYTES).putInt(count).array());
        } else {
            batch.delete(asideKeys, key);
        }
    }

    private static byte[] asideKey(int lane, byte[] event) {
        return heldKey(lane, EventRow.key(event));
    }

    static byte[] heldKey(int lane, String id) {
        byte[] name = id.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + name.length).put((byte) lane).put(name).array();
    }
}
