package dev.portcullis.client.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Lets a crowd in: so many at once, and not more than so many a second. Lives on one context. */
final class RampUp {
    private final Vertx vertx;
    private final int all;
    private final BenchPlan.Dialling pace;
    private final IntFunction<Future<Void>> connect;
    private final Promise<Void> done = Promise.promise();
    private final long began = System.nanoTime();
    private int next;
    private int arrived;
    private int underWay;
    private boolean waiting;

    private RampUp(Vertx vertx, int all, BenchPlan.Dialling pace, IntFunction<Future<Void>> come) {
        this.vertx = vertx;
        this.all = all;
        this.pace = pace;
        this.connect = come;
    }

    /** @param come brings in the one of this number, and completes on the context that called this */
    static Future<Void> run(Vertx vertx, int all, BenchPlan.Dialling pace, IntFunction<Future<Void>> come) {
        RampUp rampUp = new RampUp(vertx, all, pace, come);
        rampUp.admit();
        return rampUp.done.future();
    }

    private void admit() {
        while (next < all && underWay < pace.parallel() && !waiting) {
            long early = dueNanos(next) - (System.nanoTime() - began);
            if (early > 0) {
                waiting = true;
                vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(early)), any -> {
                    waiting = false;
                    admit();
                });
            } else {
                underWay++;
                connect.apply(next++).onComplete(any -> arrived());
            }
        }
    }

    private void arrived() {
        underWay--;
        arrived++;
        if (arrived == all) {
            done.complete();
        } else {
            admit();
        }
    }

    private long dueNanos(int index) {
        return pace.perSecond() == 0 ? 0 : index * TimeUnit.SECONDS.toNanos(1) / pace.perSecond();
    }
}
