package dev.portcullis.uploads.transfer;

import dev.portcullis.resilience.TimersInStep;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Looks at a transfer that runs, and ends it if it must. Lives on the context of the transfer. */
public final class TransferWatch {
    private static final long TICK_MS = 100;

    /** A store that fails over answers sooner. */
    private static final long UNKNOWN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Vertx vertx;
    private final TransferPlace place;
    private final TransferRight right;
    private final long deadlineNanos;
    private final BooleanSupplier waits;
    private final Consumer<TransferEnd> then;
    private final long begunAt = System.nanoTime();
    private final long timer;
    private long lookedAt = begunAt;
    private long askedAt = begunAt;
    private long unansweredNanos;
    private boolean asking;
    private boolean over;

    /**
     * Begins to watch. {@link #stop} must follow.
     *
     * @param deadlineMs how long the transfer may take, whatever its client does
     * @param waits whether it is the client that is waited for
     * @param then called once at most, not after {@link #stop}
     */
    public TransferWatch(
            Vertx vertx,
            TransferPlace place,
            TransferRight right,
            long deadlineMs,
            BooleanSupplier waits,
            Consumer<TransferEnd> then) {
        this.vertx = vertx;
        this.place = place;
        this.right = right;
        this.deadlineNanos = TimeUnit.MILLISECONDS.toNanos(deadlineMs);
        this.waits = waits;
        this.then = then;
        this.timer = TimersInStep.every(vertx, TICK_MS, any -> look());
    }

    /** The client has taken or sent these bytes. */
    public void moved(long bytes) {
        place.pace().moved(bytes);
    }

    public void stop() {
        over = true;
        vertx.cancelTimer(timer);
    }

    private void look() {
        long now = System.nanoTime();
        long step = now - lookedAt;
        lookedAt = now;
        if (waits.getAsBoolean()) {
            place.pace().waited(step);
        }
        unansweredNanos += Math.min(step, TransferPace.LONGEST_STEP_NANOS);
        if (place.isDisplaced()) {
            end(TransferEnd.DISPLACED);
        } else if (right.isOver()) {
            end(TransferEnd.STOPPED);
        } else if (place.pace().isTooSlow() || now - begunAt >= deadlineNanos) {
            end(TransferEnd.TOO_SLOW);
        } else {
            ask(now, TimeUnit.MILLISECONDS.toNanos(place.checkMs()));
        }
    }

    private void ask(long now, long everyNanos) {
        if (unansweredNanos >= UNKNOWN_NANOS + 2 * everyNanos) {
            end(TransferEnd.UNKNOWN);
        } else if (!asking && now - askedAt >= everyNanos) {
            asking = true;
            askedAt = now;
            right.mayGoOn().onComplete(this::answered, unknown -> asking = false);
        }
    }

    private void answered(boolean may) {
        asking = false;
        unansweredNanos = 0;
        if (!may && !over) {
            end(TransferEnd.STOPPED);
        }
    }

    private void end(TransferEnd why) {
        stop();
        then.accept(why);
    }

    /** Why a transfer was ended before its last byte. */
    public enum TransferEnd {
        /** Its client was too slow. */
        TOO_SLOW,
        /** Its client was slow, and another user needed the place. */
        DISPLACED,
        /** Its user has no right to it any more, or the file has ended. */
        STOPPED,
        /** Whether its user has the right could not be found out for long. */
        UNKNOWN
    }

    /** Whether a transfer that runs may go on: asked repeatedly, since rights end meanwhile (CWE-613, CWE-863). */
    public interface TransferRight {
        /** Whether this node itself knows that the right is over. Asked often. */
        boolean isOver();

        /** The questions that a new transfer would have to pass. Fails if the answer can't be found out. */
        Future<Boolean> mayGoOn();
    }
}
