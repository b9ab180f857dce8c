package dev.portcullis.client.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** One event loop with the state that only it touches: its members, its counters and its buffers. */
final class LoadLoop {
    /** Frames up to this size are scanned; the protocol bounds a delivered message to 64 KiB. */
    private static final int MAX_FRAME_BYTES = 1 << 17;

    private final Context context;
    private final BenchCounters counters = new BenchCounters();
    private final FrameScan scan = new FrameScan();
    private final byte[] scratch = new byte[MAX_FRAME_BYTES];
    private final List<Participant> members = new ArrayList<>();

    /** A member whose connection lives on the loop. */
    interface Participant {
        /** Whether it has received everything that its room has acknowledged. */
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

    /** @param complete whether all messages of the loop are answered, and its members have all that was acknowledged */
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
