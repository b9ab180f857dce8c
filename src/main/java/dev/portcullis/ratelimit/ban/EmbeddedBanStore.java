package dev.portcullis.ratelimit.ban;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The bans of a single node: rows of the embedded store, which outlive the process, and a copy in memory. A step is
 * decided in memory and then persisted; one that is not persisted is taken back. Thread-safe.
 */
public final class EmbeddedBanStore implements BanStore {
    private static final byte[] FIRST = {};
    private static final byte[] LAST = {(byte) 0xFF};

    private final EmbeddedStore store;
    private final Table rows;
    private final IntSupplier max;
    private final LongSupplier clock;
    private final BanTable table = new BanTable();
    private long version = 1;

    private EmbeddedBanStore(EmbeddedStore store, IntSupplier max, LongSupplier clock) {
        this.store = store;
        this.rows = store.table("ratelimit.bans");
        this.max = max;
        this.clock = clock;
    }

    /**
     * Call it while starting: it makes the table, which blocks the thread. Completes when all bans are read.
     *
     * @param max bans that are kept at one time
     */
    public static Future<EmbeddedBanStore> open(EmbeddedStore store, IntSupplier max, LongSupplier clock) {
        EmbeddedBanStore bans = new EmbeddedBanStore(store, max, clock);
        return store.read(reader -> {
                    List<Ban> all = new ArrayList<>();
                    reader.scan(
                            bans.rows,
                            FIRST,
                            LAST,
                            (key, row) -> all.add(BanRow.decode(new String(key, UTF_8), new String(row, UTF_8))));
                    return all;
                })
                .map(all -> {
                    all.forEach(bans.table::load);
                    return bans;
                });
    }

    @Override
    public Future<Optional<Ban>> add(Ban ban) {
        return step(List.of(ban.target()), () -> table.add(ban, max.getAsInt(), clock.getAsLong()));
    }

    @Override
    public Future<Boolean> lift(BanTarget target) {
        return step(List.of(target), () -> table.lift(target, max.getAsInt(), clock.getAsLong()));
    }

    @Override
    public Future<Integer> restore(List<Ban> bans) {
        return step(
                bans.stream().map(Ban::target).toList(), () -> table.restore(bans, max.getAsInt(), clock.getAsLong()));
    }

    @Override
    public synchronized Future<Optional<Kept>> readIfChanged(String known) {
        String current = Long.toString(version);
        return Future.succeededFuture(
                known.equals(current)
                        ? Optional.empty()
                        : Optional.of(new Kept(current, table.inForce(clock.getAsLong()))));
    }

    private synchronized <T> Future<T> step(List<BanTarget> targets, Supplier<BanTable.Change<T>> rule) {
        Map<BanTarget, Optional<Ban>> former = new HashMap<>();
        targets.forEach(target -> former.put(target, table.find(target)));
        BanTable.Change<T> change = rule.get();
        Map<BanTarget, Optional<Ban>> left = new HashMap<>();
        change.changed().forEach(target -> left.put(target, table.find(target)));
        version += left.isEmpty() ? 0 : 1;
        return store.write(batch -> {
                    left.forEach((target, ban) -> write(batch, target, ban));
                    return change.result();
                })
                .onFailure(failure -> undo(left, former));
    }

    private synchronized void undo(Map<BanTarget, Optional<Ban>> left, Map<BanTarget, Optional<Ban>> former) {
        former.forEach((target, ban) -> table.undo(target, left.getOrDefault(target, ban), ban));
        version++;
    }

    private void write(Batch batch, BanTarget target, Optional<Ban> ban) {
        byte[] key = target.key().getBytes(UTF_8);
        ban.ifPresentOrElse(
                kept -> batch.put(rows, key, BanRow.encode(kept).getBytes(UTF_8)), () -> batch.delete(rows, key));
    }
}
