package dev.portcullis.client.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Starts connections, with a bound on how many are pending and on how many start a second. Confined to one context. */
final class RampUp {
    private final Vertx vertx;
    private final int total;
    private final BenchPlan.Dialling pace;
    private final IntFunction<Future<Void>> connect;
    private final Promise<Void> done = Promise.promise();
    private final long startNanos = System.nanoTime();
    private int next;
    private int completed;
    private int pending;
    private boolean waiting;

    private RampUp(Vertx vertx, int total, BenchPlan.Dialling pace, IntFunction<Future<Void>> connect) {
        this.vertx = vertx;
        this.total = total;
        this.pace = pace;
        this.connect = connect;
    }

    /** @param connect connects the member of this number, and completes on the context that called this */
    static Future<Void> run(Vertx vertx, int total, BenchPlan.Dialling pace, IntFunction<Future<Void>> connect) {
        RampUp rampUp = new RampUp(vertx, total, pace, connect);
        rampUp.startMore();
        return rampUp.done.future();
    }

    private void startMore() {
        while (next < total && pending < pace.parallel() && !waiting) {
            long waitNanos = dueNanos(next) - (System.nanoTime() - startNanos);
            if (waitNanos > 0) {
                waiting = true;
                vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitNanos)), any -> {
                    waiting = false;
                    startMore();
                });
            } else {
                pending++;
                connect.apply(next++).onComplete(any -> completed());
            }
        }
    }

    private void completed() {
        pending--;
        completed++;
        if (completed == total) {
            done.complete();
        } else {
            startMore();
        }
    }

    private long dueNanos(int index) {
        return pace.perSecond() == 0 ? 0 : index * TimeUnit.SECONDS.toNanos(1) / pace.perSecond();
    }
}
