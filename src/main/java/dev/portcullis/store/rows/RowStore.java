package dev.portcullis.store.rows;

import io.vertx.core.Future;
import java.util.function.Function;

/** Rows that last. A failed future is a {@link dev.portcullis.store.StoreFailure}, or the exception of a step. */
public interface RowStore {
    /** Reads rows of a lane at one moment. */
    Future<Rows> read(int lane, ReadSet reads);

    /**
     * Changes rows of a lane in one atomic step.
     *
     * @param step runs again whenever rows that it read were changed before its own writes were made: it must have no effects
     */
    <T> Future<T> change(int lane, ReadSet reads, Function<Rows, RowStep<T>> step);
}
