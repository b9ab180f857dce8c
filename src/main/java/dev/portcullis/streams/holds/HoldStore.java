package dev.portcullis.streams.holds;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.List;

/**
 * Keeps the holds as rows of one lane. A hold that is lifted is no longer in force at once; its row stays until what it has kept is
 * gone, so that no kill of a node leaves copies behind.
 */
public final class HoldStore implements HoldReader {
    /** The most holds that are in force, or were lifted and still have copies. */
    public static final int MOST = 1_000;

    private static final int LANE = 0;
    private static final char SEPARATOR = ' ';
    private static final Partition PLACED = new Partition("hold", "placed");
    private static final Partition LIFTED = new Partition("hold", "lifted");
    private static final RowRange ALL_PLACED = PLACED.first(MOST);
    private static final RowRange ALL_LIFTED = LIFTED.first(MOST);

    private final RowStore rows;

    /** @param at the store time at which it was lifted */
    public record Lifted(PlacedHold hold, long at) {}

    /**
     * What was lifted.
     *
     * @param now the store time
     */
    public record AllLifted(List<Lifted> holds, long now) {}

    public HoldStore(RowStore rows) {
        this.rows = rows;
    }

    @Override
    public Future<Holds> read() {
        return rows.read(LANE, ReadSet.of(ALL_PLACED)).map(found -> new Holds(placed(found)));
    }

    /** The holds that were lifted, and of which copies may be left. */
    public Future<AllLifted> lifted() {
        return rows.read(LANE, ReadSet.of(ALL_LIFTED)).map(found -> new AllLifted(lifted(found), found.now()));
    }

    /**
     * Places a hold. One that is in force stays as it is.
     *
     * @param notAfter the latest store time
     */
    public Future<HoldPlacement> place(Hold hold, String by, long notAfter) {
        RowKey row = PLACED.row(hold.key());
        return rows.change(LANE, new ReadSet(List.of(row), List.of(ALL_PLACED, ALL_LIFTED)), found -> {
            if (found.get(row).isPresent()) {
                return RowStep.done(HoldPlacement.IN_FORCE);
            }
            List<Lifted> lifted = lifted(found);
            if (placed(found).size() + lifted.size() >= MOST) {
                return RowStep.done(HoldPlacement.FULL);
            }
            long since = lifted.stream()
                    .filter(each -> each.hold().hold().equals(hold))
                    .mapToLong(each -> each.hold().since() + 1)
                    .reduce(found.now(), Math::max);
            return new RowStep.Done<>(
                    HoldPlacement.NEW, WriteSet.of(row, since + String.valueOf(SEPARATOR) + by), notAfter);
        });
    }

    /**
     * Lifts a hold. Returns whether it was in force.
     *
     * @param notAfter the latest store time
     */
    public Future<Boolean> lift(Hold hold, long notAfter) {
        RowKey row = PLACED.row(hold.key());
        return rows.change(
                LANE,
                ReadSet.of(row),
                found -> found.get(row)
                        .map(value -> placed(new Row(row.key(), value)))
                        .<RowStep<Boolean>>map(placed -> new RowStep.Done<>(
                                true,
                                WriteSet.NONE.remove(row).put(lifted(placed), Long.toString(found.now())),
                                notAfter))
                        .orElseGet(() -> RowStep.done(false)));
    }

    /** Forgets a hold that was lifted, once no copy of it is left. */
    public Future<Void> forget(PlacedHold lifted) {
        return rows.write(LANE, WriteSet.NONE.remove(lifted(lifted)));
    }

    private static RowKey lifted(PlacedHold hold) {
        return LIFTED.row(hold.hold().key() + SEPARATOR + hold.since());
    }

    private static List<PlacedHold> placed(Rows found) {
        return found.get(ALL_PLACED).stream().map(HoldStore::placed).toList();
    }

    private static PlacedHold placed(Row row) {
        int end = row.value().indexOf(SEPARATOR);
        return new PlacedHold(
                hold(row.key()),
                Long.parseLong(row.value().substring(0, end)),
                row.value().substring(end + 1));
    }

    private static List<Lifted> lifted(Rows found) {
        return found.get(ALL_LIFTED).stream()
                .map(row -> {
                    int end = row.key().lastIndexOf(SEPARATOR);
                    long since = Long.parseLong(row.key().substring(end + 1));
                    return new Lifted(
                            new PlacedHold(hold(row.key().substring(0, end)), since, ""), Long.parseLong(row.value()));
                })
                .toList();
    }

    private static Hold hold(String key) {
        int end = key.indexOf(SEPARATOR);
        return Hold.of(key.substring(0, end), key.substring(end + 1))
                .orElseThrow(() -> new StoreFailure("a hold of another release"));
    }
}
