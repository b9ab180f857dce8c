package dev.portcullis.bus;

import io.vertx.core.Completable;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/**
 * A question within this node. It carries the way back to its caller, who has the answer at once where both are on one event loop:
 * a reply over the event bus is registered for each question under an address of its own, and takes another turn of the loop.
 */
final class LocalRequest<A> implements Completable<Object> {
    private final Object body;
    private final long deadline;
    private final Class<A> replyType;
    private final Promise<A> answer;
    private final Pending pending;
    private int slot;

    /** The questions that wait for an answer. */
    interface Pending {
        /** Returns whether the question was among them: then its caller has no answer yet. */
        boolean remove(LocalRequest<?> request);
    }

    /** @param deadline {@link System#nanoTime()} after which the caller no longer waits */
    LocalRequest(Object body, long deadline, Class<A> replyType, Promise<A> answer, Pending pending) {
        this.body = body;
        this.deadline = deadline;
        this.replyType = replyType;
        this.answer = answer;
        this.pending = pending;
    }

    Object body() {
        return body;
    }

    long deadline() {
        return deadline;
    }

    /** Where it waits among the pending ones, which set it. */
    int slot() {
        return slot;
    }

    void moveTo(int newSlot) {
        slot = newSlot;
    }

    /** Answers the caller, who takes the first answer and none after the deadline. May be called on any thread. */
    @Override
    public void complete(@Nullable Object reply, @Nullable Throwable failure) {
        if (pending.remove(this)) {
            finish(reply, failure);
        }
    }

    void finish(@Nullable Object reply, @Nullable Throwable failure) {
        if (failure == null) {
            answer.complete(replyType.cast(reply));
        } else {
            answer.fail(failure);
        }
    }
}
