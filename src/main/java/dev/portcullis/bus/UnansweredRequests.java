package dev.portcullis.bus;

import dev.portcullis.audit.tracing.ActiveSpan;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The questions of one thread within this node that have no answer yet. One timer is set for the first deadline of them all: nearly
 * every question is answered long before its own, and a timer for each costs more than sending it. Answers come from any thread.
 */
final class UnansweredRequests implements LocalRequest.Pending {
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private final Vertx vertx;
    private final List<LocalRequest<?>> waiting = new ArrayList<>();
    private boolean timerSet;
    private long timerDue;

    UnansweredRequests(Vertx vertx) {
        this.vertx = vertx;
    }

    synchronized void add(LocalRequest<?> request) {
        request.moveTo(waiting.size());
        waiting.add(request);
        setTimer(request.deadline());
    }

    @Override
    public synchronized boolean remove(LocalRequest<?> request) {
        int slot = request.slot();
        if (slot >= waiting.size() || waiting.get(slot) != request) {
            return false;
        }
        LocalRequest<?> last = waiting.remove(waiting.size() - 1);
        if (last != request) {
            waiting.set(slot, last);
            last.moveTo(slot);
        }
        return true;
    }

    /** The timer is one of the event loop, not of a verticle, with which it would end. */
    private void setTimer(long due) {
        if (timerSet && timerDue - due <= 0) {
            return;
        }
        timerSet = true;
        timerDue = due;
        long left = Math.max(MILLISECOND, due - System.nanoTime() + MILLISECOND - 1);
        ActiveSpan.promiseOn(vertx.getOrCreateContext())
                .future()
                .timeout(TimeUnit.NANOSECONDS.toMillis(left), TimeUnit.MILLISECONDS)
                .onComplete(any -> expire(due));
    }

    private void expire(long due) {
        for (LocalRequest<?> each : removeExpired(due)) {
            each.finish(null, new ReplyException(ReplyFailure.TIMEOUT));
        }
    }

    /** @param due for which the timer was set; there may be an earlier one by now */
    private synchronized List<LocalRequest<?>> removeExpired(long due) {
        timerSet &= timerDue != due;
        long now = System.nanoTime();
        List<LocalRequest<?>> expired =
                waiting.stream().filter(each -> each.deadline() - now <= 0).toList();
        expired.forEach(this::remove);
        waiting.stream()
                .map(LocalRequest::deadline)
                .min((one, other) -> Long.signum(one - other))
                .ifPresent(this::setTimer);
        return expired;
    }
}
