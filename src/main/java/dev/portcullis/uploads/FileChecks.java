package dev.portcullis.uploads;

import dev.portcullis.audit.tracing.ActiveSpan;
import dev.portcullis.resilience.MonotonicClock;
import dev.portcullis.uploads.ticket.FileId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checks of files that are under way on this node, at most one for each file: all who ask for a new file wait for the same
 * one. A check that lasts goes on without them, and those who ask again come back to it.
 */
final class FileChecks {
    private static final Logger LOG = LoggerFactory.getLogger(FileChecks.class);

    private final Vertx vertx;
    private final long patienceMs;
    private final Map<FileId, Future<Boolean>> underWay = new ConcurrentHashMap<>();

    /** @param patienceMs how long somebody waits for a check */
    FileChecks(Vertx vertx, long patienceMs) {
        this.vertx = vertx;
        this.patienceMs = patienceMs;
    }

    /**
     * The result of the check of a file; empty if it is not there in time. Completes on the caller's context.
     *
     * @param check begins a check, where none is under way
     */
    Future<Optional<Boolean>> result(FileId id, Supplier<Future<Boolean>> check) {
        Promise<Optional<Boolean>> answer = ActiveSpan.promiseOn(vertx.getOrCreateContext());
        long timer = vertx.setTimer(patienceMs, late -> answer.tryComplete(Optional.empty()));
        join(id, check).onComplete(result -> {
            vertx.cancelTimer(timer);
            if (result.succeeded()) {
                answer.tryComplete(Optional.of(result.result()));
            } else {
                answer.tryFail(result.cause());
            }
        });
        return answer.future();
    }

    private Future<Boolean> join(FileId id, Supplier<Future<Boolean>> check) {
        Promise<Boolean> promise = Promise.promise();
        Future<Boolean> other = underWay.putIfAbsent(id, promise.future());
        if (other != null) {
            return other;
        }
        long began = MonotonicClock.millis();
        check.get().onComplete(result -> {
            underWay.remove(id);
            if (result.failed() && MonotonicClock.millis() - began >= patienceMs) {
                warn(result.cause());
            }
            promise.handle(result);
        });
        return promise.future();
    }

    /** No client may be waiting for it any more. */
    private static void warn(Throwable failure) {
        LOG.atWarn()
                .addKeyValue("event", "uploads.check.failed")
                .setCause(failure)
                .log("a file in S3 could not be checked; the next call for it tries again");
    }
}
