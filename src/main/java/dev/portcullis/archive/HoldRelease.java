package dev.portcullis.archive;

import dev.portcullis.streams.holds.HoldStore;
import dev.portcullis.streams.holds.HoldStore.Lifted;
import dev.portcullis.streams.holds.PlacedHold;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * Removes what holds have kept that were lifted, and then their rows. A node that is killed leaves the row, and another one goes
 * on. There is one for each node; it is used on its own context only.
 */
final class HoldRelease {
    /** An amendment that found the hold in force before it was lifted adds its copies in this time. */
    static final long LATE_MS = 120_000;

    private final ArchiveStore archive;
    private final HoldStore holds;
    private boolean running;

    HoldRelease(ArchiveStore archive, HoldStore holds) {
        this.archive = archive;
        this.holds = holds;
    }

    /** Does nothing while another run does. */
    Future<Void> run() {
        if (running) {
            return Future.succeededFuture();
        }
        running = true;
        return holds.lifted()
                .compose(lifted -> {
                    Future<Void> all = Future.succeededFuture();
                    for (Lifted each : lifted.holds()) {
                        boolean last = lifted.now() - each.at() > LATE_MS;
                        all = all.compose(any -> release(each.hold()))
                                .compose(any -> last ? holds.forget(each.hold()) : Future.succeededFuture());
                    }
                    return all;
                })
                .onComplete(any -> running = false);
    }

    private Future<Void> release(PlacedHold hold) {
        Promise<Void> done = Promise.promise();
        release(hold, done);
        return done.future();
    }

    /** A chain of as many composed futures would end in a stack overflow. */
    private void release(PlacedHold hold, Promise<Void> done) {
        archive.release(hold).onFailure(done::fail).onSuccess(count -> {
            if (count == 0) {
                done.complete();
            } else {
                release(hold, done);
            }
        });
    }
}
