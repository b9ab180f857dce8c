package dev.portcullis.store.embedded;

import dev.portcullis.store.StoreFailure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A write that waits for its group: what to do, and whom to tell where. */
final class WriteStep<T> {
    private final Function<Batch, T> work;
    private final boolean probing;
    private final @Nullable Context context = Vertx.currentContext();
    private final Promise<T> promise = Promise.promise();
    private @Nullable T result;
    private @Nullable Throwable thrown;

    private WriteStep(Function<Batch, T> work, boolean probing) {
        this.work = work;
        this.probing = probing;
    }

    static <T> WriteStep<T> of(Function<Batch, T> work) {
        return new WriteStep<>(work, false);
    }

    /** Writes nothing, yet wants its group on the disk. */
    @SuppressWarnings("NullAway") // a Void result is null
    static WriteStep<Void> probe() {
        return new WriteStep<>(batch -> null, true);
    }

    boolean probing() {
        return probing;
    }

    @Nullable
    Context context() {
        return context;
    }

    Future<T> future() {
        return promise.future();
    }

    /** What the work threw is its caller's alone, and the next step goes on; an {@link Error} is the whole store's. */
    void stage(Reader committed, StagedWrites group) {
        StagedBatch batch = new StagedBatch(committed, group);
        try {
            result = work.apply(batch);
            batch.join();
        } catch (RuntimeException refused) {
            thrown = refused;
        }
    }

    @SuppressWarnings("NullAway") // a Void result is null
    void answer(@Nullable StoreFailure failure) {
        if (thrown != null) {
            promise.fail(thrown);
        } else if (failure != null) {
            promise.fail(failure);
        } else {
            promise.complete(result);
        }
    }
}
