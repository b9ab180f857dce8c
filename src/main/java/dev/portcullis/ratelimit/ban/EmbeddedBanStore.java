package dev.portcullis.ratelimit.ban;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
    private static final int MAX_RECENT = 500;

    private final EmbeddedStore store;
    private final Table rows;
    private final IntSupplier max;
    private final LongSupplier clock;
    private final BanTable table = new BanTable();
    private final String run = UUID.randomUUID().toString();
    private final Deque<BanTarget> recent = new ArrayDeque<>(); // one for each of the last writes, oldest first
    private long writes;

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
    public Future<Boolean> lift(BanTarget target, long notAfter) {
        return clock.getAsLong() > notAfter
                ? Future.failedFuture(BanStore.late())
                : step(List.of(target), () -> table.lift(target, max.getAsInt(), clock.getAsLong()));
    }

    @Override
    public Future<Integer> restore(List<Ban> bans) {
        return step(
                bans.stream().map(Ban::target).toList(), () -> table.restore(bans, max.getAsInt(), clock.getAsLong()));
    }

    @Override
    public synchronized Future<Optional<Part>> readSince(String known) {
        String current = version(writes);
        if (known.equals(current)) {
            return Future.succeededFuture(Optional.empty());
        }
        Part part = changesSince(known)
                .map(targets -> new Part(current, false, false, present(targets), absent(targets)))
                .orElseGet(() -> new Part(current, true, false, table.all(), List.of()));
        return Future.succeededFuture(Optional.of(part));
    }

    private String version(long number) {
        return run + ":" + number;
    }

    /** The targets that were written since a version; empty if that is not remembered. */
    private Optional<Set<BanTarget>> changesSince(String known) {
        Set<BanTarget> changed = new LinkedHashSet<>();
        Iterator<BanTarget> latest = recent.descendingIterator();
        for (long number = writes; !known.equals(version(number)); number--) {
            if (!latest.hasNext()) {
                return Optional.empty();
            }
            changed.add(latest.next());
        }
        return Optional.of(changed);
    }

    private List<Ban> present(Set<BanTarget> targets) {
        return targets.stream().flatMap(target -> table.find(target).stream()).toList();
    }

    private List<BanTarget> absent(Set<BanTarget> targets) {
        return targets.stream().filter(target -> table.find(target).isEmpty()).toList();
    }

    private void wrote(BanTarget target) {
        writes++;
        recent.addLast(target);
        if (recent.size() > MAX_RECENT) {
            recent.removeFirst();
        }
    }

    private synchronized <T> Future<T> step(List<BanTarget> targets, Supplier<BanTable.Change<T>> rule) {
        Map<BanTarget, Optional<Ban>> former = new HashMap<>();
        targets.forEach(target -> former.put(target, table.find(target)));
        BanTable.Change<T> change = rule.get();
        Map<BanTarget, Optional<Ban>> left = new HashMap<>();
        change.changed().forEach(target -> left.put(target, table.find(target)));
        left.keySet().forEach(this::wrote);
        return store.write(batch -> {
                    left.forEach((target, ban) -> write(batch, target, ban));
                    return change.result();
                })
                .onFailure(failure -> undo(left, former));
    }

    private synchronized void undo(Map<BanTarget, Optional<Ban>> left, Map<BanTarget, Optional<Ban>> former) {
        former.forEach((target, ban) -> {
            table.undo(target, left.getOrDefault(target, ban), ban);
            wrote(target);
        });
    }

    private void write(Batch batch, BanTarget target, Optional<Ban> ban) {
        byte[] key = target.key().getBytes(UTF_8);
        ban.ifPresentOrElse(
                kept -> batch.put(rows, key, BanRow.encode(kept).getBytes(UTF_8)), () -> batch.delete(rows, key));
    }
}
