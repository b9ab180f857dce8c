package dev.portcullis.broadcast;

import dev.portcullis.bus.BusFailure;
import dev.portcullis.bus.RepeatableRequest;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Repeats one publish request until an instance has appended it or the time is over. If the permit is out of date, it is
 * asked for once more. The time is measured on the monotonic clock: a wall clock that is set back would prolong the attempts.
 * Only the store compares {@code notAfter} with its own clock.
 */
final class PublishAttempts {
    private static final long FIRST_PAUSE_MS = 100;
    private static final int MOST_CHANGES = 10;

    /** The time between the end of the last attempt and the answer. */
    static final long SLACK_MS = 100;

    private final Vertx vertx;
    private final RepeatableRequest<PublishRequest, PublishResult> question;
    private final PublishRequest request;
    private final Supplier<Future<Verdict>> again;
    private final PublishFence fence;
    private final long deadline;
    private Permit permit;
    private int changes;
    private long pauseMs = FIRST_PAUSE_MS;
    private boolean mayHaveRun;
    private boolean hasExpired;

    PublishAttempts(
            Vertx vertx,
            RepeatableRequest<PublishRequest, PublishResult> question,
            PublishRequest request,
            RenewablePermit permission,
            PublishFence fence,
            long tryMs) {
        this.vertx = vertx;
        this.question = question;
        this.request = request;
        this.permit = permission.permit();
        this.again = permission.again();
        this.fence = fence;
        this.deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(tryMs);
    }

    Future<PublishResult> attempt() {
        return askUntil(fence.current(Math.max(1, leftMs())));
    }

    private Future<PublishResult> askUntil(Future<Long> notAfter) {
        return notAfter.compose(
                notAfterMs -> question.ask(request.until(notAfterMs, permit), Math.max(1, leftMs()))
                        .compose(this::onResult, this::retry),
                fenceFailed -> unavailable());
    }

    /**
     * Repeats a request that came too late, while its session is live: the store was slow or this node was paused, and nothing
     * was written.
     */
    private Future<PublishResult> onResult(PublishResult result) {
        if (result instanceof PublishResult.Changed) {
            return renewPermit();
        }
        if (!(result instanceof PublishResult.Expired) || leftMs() <= 0) {
            return Future.succeededFuture(result);
        }
        boolean again = hasExpired;
        hasExpired = true;
        return again ? afterPause(this::askRenewed) : askRenewed();
    }

    private Future<PublishResult> askRenewed() {
        return askUntil(fence.renewed(Math.max(1, leftMs())));
    }

    /** Asks for the permit again, a few times: a busy room may change again meanwhile. */
    private Future<PublishResult> renewPermit() {
        changes++;
        if (changes > MOST_CHANGES || leftMs() <= 0) {
            return unavailable();
        }
        return again.get()
                .compose(
                        verdict -> verdict.fold(
                                () -> {
                                    permit = verdict.permit();
                                    return attempt();
                                },
                                why -> Future.succeededFuture(new PublishResult.Refused(why))),
                        failure -> unavailable());
    }

    private Future<PublishResult> retry(Throwable cause) {
        mayHaveRun |= !(cause instanceof BusFailure failure) || failure.kind().mayHaveRun();
        if (!mayHaveRun) {
            return unavailable();
        }
        return question.hasOthers() && leftMs() > 0 ? attempt() : afterPause(this::attempt);
    }

    private Future<PublishResult> afterPause(Supplier<Future<PublishResult>> then) {
        long pause = pauseMs;
        pauseMs = 2 * pause;
        return leftMs() > pause ? pause(pause).compose(any -> then.get()) : unavailable();
    }

    /**
     * Answers that the stage is unavailable. Completes only when no attempt in flight can succeed any more: it must not overtake
     * the sender's next frame.
     */
    private Future<PublishResult> unavailable() {
        PublishResult result = PublishResult.refused(Reason.UNAVAILABLE);
        return mayHaveRun ? pause(Math.max(1, leftMs() + SLACK_MS)).map(any -> result) : Future.succeededFuture(result);
    }

    private long leftMs() {
        return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }

    private Future<Void> pause(long millis) {
        return vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
    }
}
