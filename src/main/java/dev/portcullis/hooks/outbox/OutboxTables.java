package dev.portcullis.hooks.outbox;

import dev.portcullis.hooks.outbox.EventRow.Cause;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The tables of the embedded outboxes, and the steps that change them. */
final class OutboxTables {
    private static final int MOST_DISCARDED = 8;

    final Table lanes;
    final Table waiting;
    final Table dead;
    final Table held;
    private final OutboxConfig config;

    /** Blocks for a moment while it creates tables. */
    OutboxTables(EmbeddedStore store, OutboxConfig config) {
        this.config = config;
        this.lanes = store.table("hooks.lanes");
        this.waiting = store.table("hooks.waiting");
        this.dead = store.table("hooks.dead");
        this.held = store.table("hooks.held");
    }

    int finish(Batch batch, byte[] key, Cause cause, long now) {
        byte[] ended = batch.get(held, key);
        if (ended == null) {
            return 0;
        }
        batch.delete(held, key);
        if (ended.length > 0) {
            push(batch, Byte.toUnsignedInt(key[0]), EventRow.withHead(ended, cause, "", 0, now), now);
        }
        return 1;
    }

    void push(Batch batch, int lane, byte[] event, long now) {
        LaneRow row = state(batch, lane);
        batch.put(waiting, LaneRow.key(lane, row.next()), event);
        row = row.pushed();
        for (int i = 0; i < MOST_DISCARDED && row.waiting() > config.waiting(); i++) {
            row = discard(batch, lane, row, "overflow", now).overflow();
        }
        put(batch, lane, row);
    }

    LaneRow discard(Batch batch, int lane, LaneRow row, String reason, long now) {
        byte[] key = LaneRow.key(lane, row.first());
        byte[] event = batch.get(waiting, key);
        LaneRow after = row.taken(1);
        if (event == null) {
            return after;
        }
        batch.delete(waiting, key);
        batch.put(dead, LaneRow.key(lane, row.nextDead()), DeadLetterRow.encode(now, reason, event));
        after = after.discarded();
        while (after.dead() > config.deadLetters()) {
            batch.delete(dead, LaneRow.key(lane, after.firstDead()));
            after = after.forgotten().lose();
        }
        return after;
    }

    LaneRow state(Batch batch, int lane) {
        return LaneRow.decode(batch.get(lanes, LaneRow.key(lane)));
    }

    void put(Batch batch, int lane, LaneRow row) {
        batch.put(lanes, LaneRow.key(lane), row.encode());
    }

    LaneRow state(Reader reader, int lane) {
        return LaneRow.decode(reader.get(lanes, LaneRow.key(lane)));
    }

    static byte[] heldKey(int lane, String id) {
        byte[] name = id.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + name.length).put((byte) lane).put(name).array();
    }
}
