package dev.portcullis.hooks.outbox;

import dev.portcullis.hooks.outbox.EventRow.Cause;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.ObjIntConsumer;

/**
 * The outboxes of a single node. All that the last run of the process held ends as the next one begins. Claims are in memory:
 * no other node takes events.
 */
public final class EmbeddedOutbox implements HookOutbox {
    private static final int AT_ONCE = 256;
    private static final byte[] FIRST = {};
    private static final byte[] LAST = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF};

    private final EmbeddedStore store;
    private final OutboxConfig config;
    private final LongSupplier clock;
    private final OutboxTables tables;
    private final LaneClaims claims = new LaneClaims();

    private EmbeddedOutbox(EmbeddedStore store, OutboxConfig config, LongSupplier clock) {
        this.store = store;
        this.config = config;
        this.clock = clock;
        this.tables = new OutboxTables(store, config);
    }

    /** Blocks for a moment while it creates tables, so call it while starting. Completes once the last run has ended. */
    public static Future<EmbeddedOutbox> open(EmbeddedStore store, OutboxConfig config, LongSupplier clock) {
        EmbeddedOutbox outbox = new EmbeddedOutbox(store, config, clock);
        return outbox.endLastRun().map(outbox);
    }

    /** Whether an event of this lane is refused. */
    public boolean isFull(Batch batch, int lane, HookEvent event) {
        return config.whenFull() == OutboxConfig.WhenFull.REFUSE
                && config.tells(event.type())
                && tables.state(batch, LaneQueue.of(lane)).waiting() >= config.waiting();
    }

    /** Stores an event in the step that it tells of, with the position of its entry. */
    public void report(Batch batch, int lane, HookEvent event, String epoch, long seq, long now) {
        if (config.tells(event.type())) {
            tables.push(
                    batch,
                    LaneQueue.of(lane),
                    EventRow.withHead(EventRow.withoutHead(event), Cause.NONE, epoch, seq, now),
                    now);
        }
    }

    @Override
    public Future<List<LaneState>> survey() {
        long now = clock.getAsLong();
        return store.read(reader -> {
            List<LaneState> states = new ArrayList<>();
            reader.scan(tables.lanes, FIRST, LAST, (key, value) -> {
                LaneRow row = LaneRow.decode(value);
                int lane = Byte.toUnsignedInt(key[0]);
                LaneQueue queue = LaneQueue.of(lane);
                states.add(new LaneState(
                        lane,
                        row.waiting(),
                        claims.isTaken(queue, now),
                        tables.state(reader, queue.besides()).waiting(),
                        claims.isTaken(queue.besides(), now),
                        row.dead(),
                        false,
                        row.overflown(),
                        row.lost()));
                return true;
            });
            return states;
        });
    }

    @Override
    public Future<Optional<Claim>> claim(LaneQueue queue, String taker, Bounds bounds) {
        long now = clock.getAsLong();
        return claims.take(queue, taker, now, now + bounds.claimMs())
                .map(claim -> sweep(queue)
                        .compose(any -> read(queue, taker, bounds))
                        .onFailure(any -> claims.end(queue, claim))
                        .onSuccess(found -> {
                            if (found.isEmpty()) {
                                claims.end(queue, claim);
                            }
                        }))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private Future<?> sweep(LaneQueue queue) {
        return queue.aside()
                ? Future.succeededFuture()
                : store.read(reader -> tables.isAside(reader, queue.lane(), tables.oldest(reader, queue)))
                        .compose(any -> any
                                ? store.write(batch -> tables.sweep(batch, queue, clock.getAsLong()))
                                : Future.succeededFuture());
    }

    private Future<Optional<Claim>> read(LaneQueue queue, String taker, Bounds bounds) {
        int lane = queue.lane();
        return store.read(reader -> {
                    List<byte[]> rows = new ArrayList<>();
                    int[] bytes = {bounds.bytes()};
                    LaneRow state = tables.state(reader, queue); // a scan from 0 would visit what was deleted
                    boolean leaveAside = !queue.aside() && tables.isAnyAside(reader, lane);
                    reader.scan(
                            tables.events(queue),
                            LaneRow.key(lane, state.first()),
                            LaneRow.key(lane, state.next()),
                            (key, value) -> {
                                bytes[0] -= value.length;
                                if (rows.size() < bounds.events()
                                        && (bytes[0] >= 0 || rows.isEmpty())
                                        && !(leaveAside && tables.isAside(reader, lane, value))) {
                                    rows.add(value);
                                    return true;
                                }
                                return false;
                            });
                    return rows;
                })
                .map(rows -> rows.isEmpty()
                        ? Optional.<Claim>empty()
                        : Optional.of(new Claim(
                                queue,
                                taker,
                                rows.stream().map(EventRow::decode).toList(),
                                rows)));
    }

    @Override
    public Future<Void> acknowledge(Claim claim, int count) {
        return settle(claim, count, (batch, left) -> tables.remove(batch, claim.queue(), left));
    }

    @Override
    public Future<Void> release(Claim claim) {
        free(claim);
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> discard(Claim claim, String reason) {
        return settle(claim, 1, (batch, left) -> {
            if (left > 0) {
                tables.discard(batch, claim.queue(), reason, clock.getAsLong());
            }
        });
    }

    @Override
    public Future<Void> setAside(Claim claim, int count) {
        return settle(claim, count, (batch, left) -> {
            for (int i = 0; i < left; i++) {
                tables.setAside(batch, claim.queue(), clock.getAsLong());
            }
        });
    }

    /** @param step gets how many of the events still wait: a full queue may have lost the oldest of them meanwhile */
    private Future<Void> settle(Claim claim, int count, ObjIntConsumer<Batch> step) {
        return store.<Integer>write(batch -> {
                    long first = tables.state(batch, claim.queue()).first();
                    byte[] last = claim.rows().get(count - 1);
                    int left = count;
                    while (left > 0 && !Arrays.equals(last, tables.event(batch, claim.queue(), first + left - 1))) {
                        left--;
                    }
                    step.accept(batch, left);
                    return left;
                })
                .<Void>mapEmpty()
                .onComplete(any -> free(claim));
    }

    @Override
    public Future<List<DeadLetter>> deadLetters(int lane, int most) {
        return store.read(reader -> {
            List<DeadLetter> letters = new ArrayList<>();
            reader.scan(tables.dead, LaneRow.key(lane, 0), LaneRow.key(lane, Long.MAX_VALUE), (key, value) -> {
                letters.add(DeadLetterRow.decode(lane, value));
                return letters.size() < most;
            });
            return letters;
        });
    }

    @Override
    public Future<Integer> revive(int lane) {
        return store.write(batch -> {
            LaneQueue queue = LaneQueue.of(lane);
            int revived = 0;
            for (LaneRow row = tables.state(batch, queue); row.dead() > 0; row = tables.state(batch, queue)) {
                byte[] key = LaneRow.key(lane, row.firstDead());
                byte[] letter = batch.get(tables.dead, key);
                batch.delete(tables.dead, key);
                tables.put(batch, queue, row.forgotten());
                if (letter != null) {
                    tables.append(batch, queue, DeadLetterRow.event(letter));
                    revived++;
                }
            }
            return revived;
        });
    }

    @Override
    public Future<Void> begin(int lane, Held what, String incarnation) {
        return begin(lane, what, false);
    }

    /**
     * Fails where the outbox is full and refuses. The incarnation does not matter: all that is held was begun by this process.
     */
    public Future<Void> beginIfRoom(int lane, Held what) {
        return begin(lane, what, true);
    }

    private Future<Void> begin(int lane, Held what, boolean refusable) {
        return store.<Integer>write(batch -> {
                    byte[] key = OutboxTables.heldKey(lane, what.id());
                    if (batch.get(tables.held, key) != null) {
                        return 0;
                    }
                    if (refusable && isFull(batch, lane, what.begun())) {
                        throw new StoreFailure("the outbox of the hooks is full");
                    }
                    batch.put(
                            tables.held,
                            key,
                            config.tells(what.ended().type()) ? EventRow.withoutHead(what.ended()) : new byte[0]);
                    report(batch, lane, what.begun(), "", 0, clock.getAsLong());
                    return 1;
                })
                .mapEmpty();
    }

    @Override
    public Future<Void> end(int lane, String id) {
        return store.<Integer>write(
                        batch -> tables.finish(batch, OutboxTables.heldKey(lane, id), Cause.ENDED, clock.getAsLong()))
                .mapEmpty();
    }

    /** There are no orphans: all that is held was begun by this process. */
    @Override
    public Future<Integer> endOrphans(int lane) {
        return Future.succeededFuture(0);
    }

    private Future<Void> endLastRun() {
        return store.read(reader -> {
                    List<byte[]> keys = new ArrayList<>();
                    reader.scan(tables.held, FIRST, LAST, (key, value) -> keys.add(key) && keys.size() < AT_ONCE);
                    return keys;
                })
                .compose(keys -> keys.isEmpty()
                        ? Future.succeededFuture()
                        : store.<Integer>write(batch -> {
                                    keys.forEach(key -> tables.finish(batch, key, Cause.NODE_LOST, clock.getAsLong()));
                                    return keys.size();
                                })
                                .compose(any -> endLastRun()));
    }

    private void free(Claim claim) {
        claims.free(claim.queue(), claim.taker());
    }
}
