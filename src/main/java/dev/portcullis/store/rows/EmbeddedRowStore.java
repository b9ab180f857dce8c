package dev.portcullis.store.rows;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.rows.RowStep.Done;
import dev.portcullis.store.rows.RowStep.ReadMore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Rows in one table of the embedded store. A step runs on the store's only writer, so it never runs again. */
public final class EmbeddedRowStore implements RowStore {
    private static final int SWEPT_AT_ONCE = 1_000;

    private final EmbeddedStore store;
    private final EmbeddedRows rows;
    private final LongSupplier clock;
    private final UnchangedRows unchangedRows;

    /** Opens the rows. Create the store while starting: it blocks the thread. */
    public EmbeddedRowStore(EmbeddedStore store, LongSupplier clock) {
        this.store = store;
        this.rows = new EmbeddedRows(store);
        this.clock = clock;
        this.unchangedRows = new UnchangedRows(rows::version, clock);
    }

    @Override
    public Future<Rows> read(int lane, ReadSet reads) {
        return store.read(reads.most(), reader -> rows.read(reader, lane, reads, clock.getAsLong()));
    }

    @Override
    public Future<Map<Integer, Rows>> read(List<Integer> lanes, ReadSet reads) {
        return unchangedRows.find(lanes, reads).map(Future::succeededFuture).orElseGet(() -> readAll(lanes, reads));
    }

    private Future<Map<Integer, Rows>> readAll(List<Integer> lanes, ReadSet reads) {
        OptionalLong before = rows.version(); // that of the snapshot, or one before it
        return store.read(reader -> {
            Map<Integer, Rows> found = read(reader, lanes, reads);
            unchangedRows.keep(lanes, reads, before, found);
            return found;
        });
    }

    private Map<Integer, Rows> read(Reader reader, List<Integer> lanes, ReadSet reads) {
        return lanes.stream()
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(), lane -> rows.read(reader, lane, reads, clock.getAsLong())));
    }

    @Override
    public <T> Future<T> change(int lane, ReadSet reads, Function<Rows, RowStep<T>> step) {
        return store.write(batch -> {
            ReadSet asked = reads;
            RowStep<T> next = step.apply(rows.read(batch, lane, asked, clock.getAsLong()));
            while (next instanceof ReadMore<T> more) {
                asked = asked.and(more.reads());
                next = step.apply(rows.read(batch, lane, asked, clock.getAsLong()));
            }
            return write(batch, lane, (Done<T>) next);
        });
    }

    /** Forgets the rows and partitions whose time is over, a batch at a time until none is left. */
    public Future<Void> sweep() {
        return sweep(EmbeddedRows.FIRST);
    }

    /** @param from the key of the row from which on no batch has looked */
    private Future<Void> sweep(byte[] from) {
        long now = clock.getAsLong();
        return store.readInBackground(reader -> rows.ended(reader, from, now, SWEPT_AT_ONCE))
                .compose(ended -> ended.isEmpty() ? Future.succeededFuture() : forget(ended, now));
    }

    private Future<Void> forget(List<byte[]> ended, long now) {
        return store.write(batch -> rows.forget(batch, ended, now, SWEPT_AT_ONCE))
                .compose(all -> all && ended.size() < SWEPT_AT_ONCE
                        ? Future.succeededFuture()
                        : sweep(ended.get(all ? ended.size() - 1 : 0)));
    }

    private <T> T write(Batch batch, int lane, Done<T> done) {
        long now = clock.getAsLong();
        if (!done.writes().isEmpty() && now > done.notAfter()) {
            throw StoreFailure.notApplied("a change came too late");
        }
        rows.requireRoom(batch, lane, done.writes());
        rows.write(batch, lane, done.writes(), Stamp.at(now));
        rows.expire(batch, lane, done.writes().lifetimes(), now);
        return done.result();
    }
}
