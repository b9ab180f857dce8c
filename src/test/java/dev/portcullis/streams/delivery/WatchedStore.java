package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.ForwardingStreams;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Access;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.Optional;
import java.util.Set;

/** The real store, with counted calls and failures on demand. */
final class WatchedStore extends ForwardingStreams {
    private final StreamStore real;
    private int reads;
    private int answers;
    private int failures;
    private boolean hanging;
    private int accessReads;
    private int barredReads;
    private Optional<Promise<Access>> held = Optional.empty();
    private Optional<Promise<Void>> heldRead = Optional.empty();
    private boolean holding;

    WatchedStore(StreamStore real) {
        super(() -> real);
        this.real = real;
    }

    synchronized void failNext(int count) {
        failures = count;
    }

    synchronized int failuresLeft() {
        return failures;
    }

    synchronized void hang() {
        hanging = true;
    }

    /** Holds the next answer until the test completes it. */
    synchronized Promise<Access> holdNextAccess() {
        Promise<Access> answer = Promise.promise();
        held = Optional.of(answer);
        return answer;
    }

    /** The next read runs at once, and its answer is held until the test releases it. */
    synchronized Promise<Void> holdNextRead() {
        Promise<Void> answer = Promise.promise();
        heldRead = Optional.of(answer);
        return answer;
    }

    synchronized boolean isHolding() {
        return holding;
    }

    synchronized int accessReads() {
        return accessReads;
    }

    synchronized int barredReads() {
        return barredReads;
    }

    synchronized int reads() {
        return reads;
    }

    /** How many reads have returned, without those that fail or hang on demand. */
    synchronized int answers() {
        return answers;
    }

    private synchronized void answered() {
        answers++;
    }

    @Override
    public synchronized Future<Slice> resume(StreamName stream, Optional<Position> since, Bounds bounds) {
        reads++;
        if (hanging) {
            return Promise.<Slice>promise().future();
        }
        if (failures > 0) {
            failures--;
            return Future.failedFuture(new StoreFailure("away"));
        }
        Future<Slice> read = real.resume(stream, since, bounds).onComplete(any -> answered());
        Optional<Promise<Void>> answer = heldRead;
        heldRead = Optional.empty();
        return answer.map(release -> read.compose(slice -> hold(release, slice)))
                .orElse(read);
    }

    private synchronized Future<Slice> hold(Promise<Void> answer, Slice slice) {
        holding = true;
        return onCallersContext(answer.future().map(slice));
    }

    /** Completes as the real store does, in a run of its own on the caller's context, whichever thread of the test releases. */
    private static <T> Future<T> onCallersContext(Future<T> answer) {
        ContextInternal caller = ContextInternal.current();
        Promise<T> result = caller.promise();
        answer.onComplete(any -> caller.runOnContext(run -> answer.onComplete(result)));
        return result.future();
    }

    @Override
    public synchronized Future<Access> access(StreamName stream, UserId user) {
        accessReads++;
        if (held.isPresent()) {
            Promise<Access> answer = held.get();
            held = Optional.empty();
            return onCallersContext(answer.future());
        }
        return real.access(stream, user);
    }

    @Override
    public synchronized Future<Set<UserId>> barred(StreamName stream, Set<UserId> among) {
        barredReads++;
        return real.barred(stream, among);
    }
}
