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

/**
 * The outboxes of a single node. What was held by the last run of the process ends as the next one begins. Claims are in
 * memory: no other node takes events.
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
                && tables.state(batch, lane).waiting() >= config.waiting();
    }

    /** Stores an event in the step that it tells of, with the position of its entry. */
    public void report(Batch batch, int lane, HookEvent event, String epoch, long seq, long now) {
        if (config.tells(event.type())) {
            tables.push(batch, lane, EventRow.withHead(EventRow.withoutHead(event), Cause.NONE, epoch, seq, now), now);
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
                states.add(new LaneState(
                        lane,
                        row.waiting(),
                        row.dead(),
                        claims.isTaken(lane, now),
                        false,
                        row.overflown(),
                        row.lost()));
                return true;
            });
            return states;
        });
    }

    @Override
    public Future<Optional<Claim>> claim(int lane, String taker, Bounds bounds) {
        long now = clock.getAsLong();
        return claims.take(lane, taker, now, now + bounds.claimMs())
                .map(claim -> read(lane, taker, bounds)
                        .onFailure(any -> claims.end(lane, claim))
                        .onSuccess(found -> {
                            if (found.isEmpty()) {
                                claims.end(lane, claim);
                            }
                        }))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private Future<Optional<Claim>> read(int lane, String taker, Bounds bounds) {
        return store.read(reader -> {
                    List<byte[]> rows = new ArrayList<>();
                    int[] bytes = {bounds.bytes()};
                    LaneRow state = tables.state(reader, lane); // a scan from 0 would visit what was deleted
                    reader.scan(
                            tables.waiting,
                            LaneRow.key(lane, state.first()),
                            LaneRow.key(lane, state.next()),
                            (key, value) -> {
                                bytes[0] -= value.length;
                                if (rows.size() < bounds.events() && (bytes[0] >= 0 || rows.isEmpty())) {
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
                                lane, taker, rows.stream().map(EventRow::decode).toList(), rows)));
    }

    @Override
    public Future<Void> acknowledge(Claim claim, int count) {
        return store.<Integer>write(batch -> {
                    LaneRow row = tables.state(batch, claim.lane());
                    byte[] last = claim.rows().get(count - 1);
                    int left = count; // a full lane may have lost the oldest of them meanwhile
                    while (left > 0
                            && !Arrays.equals(last, batch.get(tables.waiting, key(claim, row.first() + left - 1)))) {
                        left--;
                    }
                    for (int i = 0; i < left; i++) {
                        batch.delete(tables.waiting, key(claim, row.first() + i));
                    }
                    tables.put(batch, claim.lane(), row.taken(left));
                    return left;
                })
                .<Void>mapEmpty()
                .onComplete(any -> free(claim));
    }

    private static byte[] key(Claim claim, long number) {
        return LaneRow.key(claim.lane(), number);
    }

    @Override
    public Future<Void> release(Claim claim) {
        free(claim);
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> discard(Claim claim, String reason) {
        return store.<Integer>write(batch -> {
                    int lane = claim.lane();
                    LaneRow row = tables.state(batch, lane);
                    byte[] first = batch.get(tables.waiting, LaneRow.key(lane, row.first()));
                    if (first == null || !Arrays.equals(first, claim.rows().get(0))) {
                        return 0;
                    }
                    tables.put(batch, lane, tables.discard(batch, lane, row, reason, clock.getAsLong()));
                    return 1;
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
            LaneRow row = tables.state(batch, lane);
            int revived = 0;
            while (row.dead() > 0) {
                byte[] key = LaneRow.key(lane, row.firstDead());
                byte[] letter = batch.get(tables.dead, key);
                if (letter != null) {
                    batch.delete(tables.dead, key);
                    batch.put(tables.waiting, LaneRow.key(lane, row.next()), DeadLetterRow.event(letter));
                    row = row.pushed();
                    revived++;
                }
                row = row.forgotten();
            }
            tables.put(batch, lane, row);
            return revived;
        });
    }

    @Override
    public Future<Void> begin(int lane, Held what, String incarnation) {
        return begin(lane, what, false);
    }

    /** Fails where the outbox is full and refuses. What is held is of this run of the process, whatever the incarnation. */
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

    /** What is held is of this run. */
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
        claims.free(claim.lane(), claim.taker());
    }
}
