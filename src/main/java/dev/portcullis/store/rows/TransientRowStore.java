package dev.portcullis.store.rows;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.RowRange.Direction;
import dev.portcullis.store.rows.RowStep.Done;
import dev.portcullis.store.rows.RowStep.ReadMore;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet.Cleared;
import dev.portcullis.store.rows.WriteSet.Push;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Rows in memory, until the process ends: for what need not last, and what anyone can have a single node write. A flood of it
 * takes no turn of the disk, for which each ack waits, and a table that it fills has a bound (CWE-770). Thread-safe.
 */
public final class TransientRowStore implements RowStore {
    /** The most rows of a table that one sweep removes: it holds up all steps. */
    private static final int MAX_SWEPT = 10_000;

    private final LongSupplier clock;
    private final NavigableMap<Place, String> rows;
    private final Map<String, BoundedTable> bounded;

    /**
     * How many rows a table has at most.
     *
     * @param forgets whether a full table forgets the row that was used longest ago. If not, each call that asks for one more row
     *     fails until a row of the table is over, also a call that only reads: what can't be counted must not be tried
     */
    public record Bound(int rows, boolean forgets) {}

    /** @param partition empty for a row that is found by its key alone */
    record Place(int lane, String table, String partition, String key) {
        static final Comparator<Place> ORDER = Comparator.comparingInt(Place::lane)
                .thenComparing(Place::table)
                .thenComparing(Place::partition)
                .thenComparing(Place::key);

        static Place of(int lane, RowKey row) {
            return new Place(lane, row.table(), row.partition().orElse(""), row.key());
        }

        RowKey row() {
            return new RowKey(table, Optional.of(partition).filter(name -> !name.isEmpty()), key);
        }
    }

    public TransientRowStore(LongSupplier clock, Map<String, Bound> bounds) {
        this(clock, bounds, new TreeMap<>(Place.ORDER));
    }

    TransientRowStore(LongSupplier clock, Map<String, Bound> bounds, NavigableMap<Place, String> rows) {
        this.clock = clock;
        this.rows = rows;
        this.bounded = bounds.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> new BoundedTable(each.getValue())));
    }

    @Override
    public synchronized Future<Rows> read(int lane, ReadSet reads) {
        return Future.future(promise -> promise.complete(found(lane, reads)));
    }

    @Override
    public synchronized <T> Future<T> change(int lane, ReadSet reads, Function<Rows, RowStep<T>> step) {
        return Future.future(promise -> {
            ReadSet asked = reads;
            RowStep<T> next = step.apply(found(lane, asked));
            while (next instanceof ReadMore<T> more) {
                asked = asked.and(more.reads());
                next = step.apply(found(lane, asked));
            }
            promise.complete(write(lane, (Done<T>) next));
        });
    }

    /** Forgets rows of the bounded tables whose time is over. */
    public synchronized void sweep() {
        bounded.values().forEach(table -> table.forgetEnded(MAX_SWEPT));
    }

    private <T> T write(int lane, Done<T> done) {
        WriteSet writes = done.writes();
        if (!writes.isEmpty() && clock.getAsLong() > done.notAfter()) {
            throw StoreFailure.notApplied("a change came too late");
        }
        if (writes.unless().filter(row -> rows.containsKey(Place.of(lane, row))).isPresent()) {
            return done.result();
        }
        if (writes.pushes().stream().anyMatch(push -> push.isBounded() && size(lane, push.queue()) >= push.room())) {
            throw StoreFailure.notApplied("a queue is full");
        }
        requireRoom(lane, writes.rows().keySet());
        writes.cleared().forEach(cleared -> clear(lane, cleared));
        writes.rows()
                .forEach((row, value) -> value.ifPresentOrElse(
                        text -> put(Place.of(lane, row), text, endOf(writes, row)), () -> remove(Place.of(lane, row))));
        writes.counts().forEach((row, more) -> add(lane, row, more));
        writes.pushes().forEach(push -> push(lane, push));
        return done.result();
    }

    private long endOf(WriteSet writes, RowKey row) {
        return Optional.ofNullable(writes.lifetimes().get(row))
                .map(ms -> clock.getAsLong() + ms)
                .orElse(Long.MAX_VALUE);
    }

    private void put(Place place, String value, long end) {
        rows.put(place, value);
        Optional.ofNullable(bounded.get(place.table())).ifPresent(table -> table.put(place, end));
    }

    private void remove(Place place) {
        rows.remove(place);
        Optional.ofNullable(bounded.get(place.table())).ifPresent(table -> table.ends.remove(place));
    }

    private void add(int lane, RowKey row, long more) {
        Place place = Place.of(lane, row);
        long sum = number(lane, row, 0) + more;
        if (sum == 0) {
            remove(place);
        } else {
            put(place, Long.toString(sum), Long.MAX_VALUE);
        }
    }

    private void push(int lane, Push push) {
        Optional<String> taken = push.taken().map(row -> rows.get(Place.of(lane, row)));
        if (push.taken().isPresent() && taken.isEmpty()) {
            return;
        }
        push.taken().ifPresent(row -> remove(Place.of(lane, row)));
        RowQueue queue = push.queue();
        add(lane, queue.newest(), 1);
        long number = number(lane, queue.newest(), 0);
        put(
                Place.of(lane, queue.row(number)),
                Stamp.at(clock.getAsLong()).text() + push.value() + taken.orElse(""),
                Long.MAX_VALUE);
        remove(Place.of(lane, queue.row(Math.max(0, number - queue.most()))));
    }

    private long size(int lane, RowQueue queue) {
        return number(lane, queue.newest(), 0) - number(lane, queue.oldest(), 1) + 1;
    }

    private long number(int lane, RowKey row, long absent) {
        return Long.parseLong(rows.getOrDefault(Place.of(lane, row), Long.toString(absent)));
    }

    private Rows found(int lane, ReadSet reads) {
        requireRoom(lane, reads.rows());
        Map<RowKey, Optional<String>> single = new HashMap<>();
        Map<RowRange, List<Row>> ranges = new HashMap<>();
        reads.rows().forEach(row -> single.put(row, Optional.ofNullable(rows.get(Place.of(lane, row)))));
        reads.ranges().forEach(range -> ranges.put(range, found(lane, range)));
        return new Rows(clock.getAsLong(), single, ranges);
    }

    private List<Row> found(int lane, RowRange range) {
        NavigableMap<Place, String> within = within(lane, range, range.from(), range.before());
        return (range.direction() == Direction.UP ? within : within.descendingMap())
                .entrySet().stream()
                        .limit(range.limit())
                        .map(entry -> new Row(entry.getKey().key(), entry.getValue()))
                        .toList();
    }

    private void clear(int lane, Cleared cleared) {
        RowRange all = cleared.partition().first(Integer.MAX_VALUE);
        List.copyOf(within(lane, all, cleared.from(), cleared.before().orElse(all.before()))
                        .keySet())
                .forEach(this::remove);
    }

    private NavigableMap<Place, String> within(int lane, RowRange range, String from, String before) {
        Place first = new Place(lane, range.table(), range.partition(), from);
        Place end = new Place(lane, range.table(), range.partition(), before);
        return from.compareTo(before) < 0 ? rows.subMap(first, true, end, false) : Collections.emptyNavigableMap();
    }

    /** Fails if a table has no room for those of the rows that it lacks. */
    private void requireRoom(int lane, Collection<RowKey> wanted) {
        bounded.forEach((table, state) -> state.requireRoom(wanted.stream()
                .filter(row -> row.table().equals(table))
                .map(row -> Place.of(lane, row))
                .toList()));
    }

    /** The rows of a table that has a bound. */
    private final class BoundedTable {
        private final Bound bound;

        /**
         * When each row is over. First comes the one that was used longest ago, if the table forgets that one; else the one that
         * was written longest ago: one that is only asked for must not keep its place beyond its time.
         */
        private final Map<Place, Long> ends;

        BoundedTable(Bound bound) {
            this.bound = bound;
            this.ends = new LinkedHashMap<>(16, 0.75f, bound.forgets());
        }

        void requireRoom(List<Place> wanted) {
            long missing =
                    wanted.stream().filter(place -> ends.get(place) == null).count();
            if (bound.forgets() || missing == 0) {
                return;
            }
            forgetEnded(ends.size() + missing - bound.rows());
            if (ends.size() + missing > bound.rows()) {
                throw StoreFailure.notApplied("no room for more rows of a table");
            }
        }

        void put(Place place, long end) {
            ends.remove(place);
            ends.put(place, end);
            if (ends.size() > bound.rows()) {
                forgetEldest();
            }
        }

        /** Forgets rows from the first on, and stops at one that is not over. */
        void forgetEnded(long most) {
            long now = clock.getAsLong();
            for (long left = most; left > 0 && !ends.isEmpty(); left--) {
                if (ends.values().iterator().next() > now) {
                    return;
                }
                forgetEldest();
            }
        }

        private void forgetEldest() {
            Iterator<Place> eldest = ends.keySet().iterator();
            rows.remove(eldest.next());
            eldest.remove();
        }
    }
}
