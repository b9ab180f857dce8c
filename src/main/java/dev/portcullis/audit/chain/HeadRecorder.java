package dev.portcullis.audit.chain;

import dev.portcullis.audit.LogThrottle;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records heads in the store, one call at a time. If several heads come meanwhile, only the newest is recorded. */
public final class HeadRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(HeadRecorder.class);
    /** Well below the time that a stop waits for this. */
    private static final long LAST_TRIES_NANOS = TimeUnit.SECONDS.toNanos(4);

    private static final long RETRY_MS = 300;

    private final Context context;
    private final AuditHeadStore store;
    private final String chain;
    private final LogThrottle failures = new LogThrottle(System::nanoTime);
    private final LogThrottle conflicts = new LogThrottle(System::nanoTime);
    private volatile long recorded;
    private @Nullable ChainHead waiting;
    private boolean busy;
    private long triesUntil = System.nanoTime();
    private Promise<Void> idle = Promise.promise();

    public HeadRecorder(Context context, AuditHeadStore store, String chain) {
        this.context = context;
        this.store = store;
        this.chain = chain;
    }

    /** Called on any thread. */
    public void record(ChainHead head) {
        context.runOnContext(any -> {
            waiting = head;
            next();
        });
    }

    /** The number of the last recorded line. */
    public long recorded() {
        return recorded;
    }

    /**
     * Completes when nothing is left to be recorded, or could not be. No checkpoint follows that would try again, so what
     * failed is tried again for some seconds.
     */
    public Future<Void> settled() {
        Promise<Void> done = Promise.promise();
        context.runOnContext(any -> {
            triesUntil = System.nanoTime() + LAST_TRIES_NANOS;
            next();
            if (busy) {
                idle.future().onComplete(done);
            } else {
                done.complete();
            }
        });
        return done.future();
    }

    private void next() {
        ChainHead head = waiting;
        if (busy || head == null) {
            return;
        }
        waiting = null;
        busy = true;
        Future.succeededFuture()
                .compose(any -> store.advance(chain, head))
                .onComplete(now -> context.runOnContext(any -> {
                    if (now.succeeded()) {
                        accept(head, now.result());
                        goOn();
                    } else {
                        logFailure(now.cause());
                        failed(head);
                    }
                }));
    }

    private void failed(ChainHead head) {
        if (waiting != null) {
            goOn();
            return;
        }
        waiting = head;
        if (System.nanoTime() - triesUntil < 0) {
            context.owner().setTimer(RETRY_MS, any -> goOn());
        } else {
            idle();
        }
    }

    private void goOn() {
        busy = false;
        next();
        if (!busy) {
            idle();
        }
    }

    private void idle() {
        busy = false;
        idle.complete();
        idle = Promise.promise();
    }

    private void accept(ChainHead head, ChainHead now) {
        if (now.equals(head)) {
            recorded = head.n();
            return;
        }
        conflicts
                .suppressed()
                .ifPresent(suppressed -> LOG.atError()
                        .addKeyValue("event", "audit.head.conflict")
                        .addKeyValue("chain", chain)
                        .addKeyValue("line", head.n())
                        .addKeyValue("recordedLine", now.n())
                        .addKeyValue("suppressed", suppressed)
                        .log("the store has another head of this audit chain: another node uses its name, set"
                                + " audit.file.chain"));
    }

    private void logFailure(Throwable failure) {
        failures.suppressed()
                .ifPresent(
                        suppressed -> LOG.atWarn()
                                .addKeyValue("event", "audit.head.failed")
                                .addKeyValue("cause", String.valueOf(failure.getMessage()))
                                .addKeyValue("suppressed", suppressed)
                                .log(
                                        "the head of the audit chain could not be recorded; it is tried again at the next checkpoint, and for seconds at the stop"));
    }
}
