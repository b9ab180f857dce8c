package dev.portcullis.edge.connection;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds the frames of one event loop back while settings change, so that no frame is judged by a part of a change. A frame that
 * is held waits before its first step: its time has not begun, and it is neither counted nor refused.
 *
 * <p>Belongs to its event loop.
 */
public final class FrameBarrier {
    private final Queue<Promise<Void>> held = new ArrayDeque<>();
    private int inFlight;
    private boolean down;
    private @Nullable Promise<Void> quiet;

    /** Runs the frame now, or once the barrier is lifted. */
    public <T> Future<T> pass(Supplier<Future<T>> frame) {
        if (!down) {
            return run(frame);
        }
        Promise<Void> turn = Promise.promise();
        held.add(turn);
        return turn.future().compose(any -> run(frame));
    }

    private <T> Future<T> run(Supplier<Future<T>> frame) {
        inFlight++;
        try {
            return frame.get().onComplete(any -> ended());
        } catch (RuntimeException bug) {
            ended();
            throw bug;
        }
    }

    private void ended() {
        inFlight--;
        Promise<Void> waiting = quiet;
        if (inFlight == 0 && waiting != null) {
            quiet = null;
            waiting.complete();
        }
    }

    /** Lets no frame begin from now on. Completes when none is in flight. */
    public Future<Void> hold() {
        down = true;
        if (inFlight == 0) {
            return Future.succeededFuture();
        }
        Promise<Void> waiting = Promise.promise();
        quiet = waiting;
        return waiting.future();
    }

    /** Lets frames pass again, those that were held first, in the order in which they came. */
    public void lift() {
        down = false;
        quiet = null;
        while (!down && !held.isEmpty()) {
            held.remove().complete();
        }
    }

    /** The number of frames that wait. */
    public int held() {
        return held.size();
    }
}
