package dev.portcullis.ratelimit.ban;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;

/** Rows of a store that can go away, and come back as another one. */
final class SwitchedRows implements RowStore {
    private volatile Optional<RowStore> store;

    SwitchedRows(RowStore store) {
        this.store = Optional.of(store);
    }

    void away() {
        store = Optional.empty();
    }

    void to(RowStore other) {
        store = Optional.of(other);
    }

    @Override
    public Future<Rows> read(int lane, ReadSet reads) {
        return store.map(found -> found.read(lane, reads)).orElseGet(SwitchedRows::failed);
    }

    @Override
    public <T> Future<T> change(int lane, ReadSet reads, Function<Rows, RowStep<T>> step) {
        Optional<RowStore> now = store;
        return now.isPresent() ? now.get().change(lane, reads, step) : failed();
    }

    private static <T> Future<T> failed() {
        return Future.failedFuture(new StoreFailure("away"));
    }
}
