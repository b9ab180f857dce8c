package dev.portcullis.store.rows;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.ReadOnlyStore;
import io.vertx.core.Future;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** The rows of a store that is only read. A change fails. */
public final class ReadOnlyRowStore implements RowStore {
    private final ReadOnlyStore store;
    private final EmbeddedRows rows;
    private final LongSupplier clock;

    public ReadOnlyRowStore(ReadOnlyStore store, LongSupplier clock) {
        this.store = store;
        this.rows = new EmbeddedRows(store);
        this.clock = clock;
    }

    @Override
    public Future<Rows> read(int lane, ReadSet reads) {
        return Future.succeededFuture(rows.read(store.reader(), lane, reads, clock.getAsLong()));
    }

    @Override
    public <T> Future<T> change(int lane, ReadSet reads, Function<Rows, RowStep<T>> step) {
        return Future.failedFuture(StoreFailure.notApplied("this store is only read"));
    }
}
