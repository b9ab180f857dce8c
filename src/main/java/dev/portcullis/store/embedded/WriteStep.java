package dev.portcullis.store.embedded;

import dev.portcullis.store.StoreFailure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A write that waits for its group, and the caller's promise and context. */
final class WriteStep<T> {
    private final Function<Batch, T> work;
    private final boolean probe;
    private final @Nullable Context context = Vertx.currentContext();
    private final Promise<T> promise = Promise.promise();
    private @Nullable T result;
    private @Nullable Throwable thrown;

    private WriteStep(Function<Batch, T> work, boolean probe) {
        this.work = work;
        this.probe = probe;
    }

    static <T> WriteStep<T> of(Function<Batch, T> work) {
        return new WriteStep<>(work, false);
    }

    /** A step that writes nothing, but makes its group sync to the disk. */
    @SuppressWarnings("NullAway") // a Void result is null
    static WriteStep<Void> probe() {
        return new WriteStep<>(batch -> null, true);
    }

    boolean isProbe() {
        return probe;
    }

    @Nullable
    Context context() {
        return context;
    }

    Future<T> future() {
        return promise.future();
    }

    /** Runs the work. An exception of the work fails this step only; an {@link Error} fails the whole store. */
    void stage(RowCache committed, StagedWrites group) {
        StagedBatch batch = new StagedBatch(committed, group);
        try {
            result = work.apply(batch);
            batch.mergeIntoGroup();
        } catch (RuntimeException failure) {
            thrown = failure;
        }
    }

    @SuppressWarnings("NullAway") // a Void result is null
    void complete(@Nullable StoreFailure failure) {
        if (thrown != null) {
            promise.fail(thrown);
        } else if (failure != null) {
            promise.fail(failure);
        } else {
            promise.complete(result);
        }
    }
}
