package dev.portcullis.client.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** One event loop and what only it touches: its members, its counters and its buffers. */
final class LoadLoop {
    /** What a frame that is worth scanning fits into; the protocol bounds a delivered message to 64 KiB. */
    private static final int LONGEST = 1 << 17;

    private final Context context;
    private final BenchCounters counters = new BenchCounters();
    private final FrameScan scan = new FrameScan();
    private final byte[] scratch = new byte[LONGEST];
    private final List<Participant> members = new ArrayList<>();

    /** A member whose connection lives on the loop. */
    interface Participant {
        /** Whether it has all that its room acknowledged. */
        boolean isUpToDate();

        Future<Void> leave();
    }

    LoadLoop(Context context) {
        this.context = context;
    }

    BenchCounters counters() {
        return counters;
    }

    FrameScan scan() {
        return scan;
    }

    byte[] scratch() {
        return scratch;
    }

    List<Participant> members() {
        return members;
    }

    /** @param complete whether all its messages are answered, and its members have what was acknowledged */
    record Check(boolean complete, long sent) {}

    Check check() {
        boolean upToDate = members.stream().allMatch(Participant::isUpToDate);
        return new Check(counters.allAnswered() && upToDate, counters.sent);
    }

    void run(Runnable work) {
        context.runOnContext(any -> work.run());
    }

    <T> Future<T> call(Supplier<T> work) {
        return compose(() -> Future.succeededFuture(work.get()));
    }

    <T> Future<T> compose(Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(any -> work.get().onComplete(promise));
        return promise.future();
    }
}
