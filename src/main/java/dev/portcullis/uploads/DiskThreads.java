package dev.portcullis.uploads;

import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.resilience.WorkerPool.NotRun;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.util.concurrent.Callable;

/** Runs calls of the disk where they may block. Fails if there are too many, or if the disk fails. */
record DiskThreads(WorkerPool workers) {
    <T> Future<T> run(Callable<T> call) {
        Future<Result<T, NotRun>> ran = workers.run(call);
        return ran.compose(result -> result.fold(
                Future::succeededFuture,
                why -> Future.failedFuture(StoreFailure.notApplied("the disk has too much to do: " + why))));
    }
}
