package dev.portcullis.store.rows;

import io.vertx.core.Future;
import java.util.function.Function;

/** Rows of which a test is told before each call, and which wait until it has done what it wants between two of them. */
public final class WatchedRows implements RowStore {
    private final RowStore rows;
    private final Function<ReadSet, Future<?>> beforeRead;
    private final Function<ReadSet, Future<?>> beforeChange;

    public WatchedRows(
            RowStore rows, Function<ReadSet, Future<?>> beforeRead, Function<ReadSet, Future<?>> beforeChange) {
        this.rows = rows;
        this.beforeRead = beforeRead;
        this.beforeChange = beforeChange;
    }

    @Override
    public Future<Rows> read(int lane, ReadSet reads) {
        return beforeRead.apply(reads).compose(any -> rows.read(lane, reads));
    }

    @Override
    public <T> Future<T> change(int lane, ReadSet reads, Function<Rows, RowStep<T>> step) {
        return beforeChange.apply(reads).compose(any -> rows.change(lane, reads, step));
    }
}
