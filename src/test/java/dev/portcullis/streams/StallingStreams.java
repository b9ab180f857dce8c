package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Streams whose reads or appends can be held, or answered as by a store that has lost its data. */
public final class StallingStreams extends ForwardingStreams {
    private final StreamStore streams;
    private final List<Runnable> held = new ArrayList<>();
    private final List<Promise<Void>> promises = new ArrayList<>();
    private Predicate<StreamName> heldReads = any -> false;
    private Predicate<StreamName> heldAccess = any -> false;
    private Predicate<AppendRequest> heldAppends = any -> false;
    private final List<AppendRequest> asked = new ArrayList<>();
    private final Set<StreamName> forgotten = new HashSet<>();
    private final AtomicInteger calls = new AtomicInteger();

    public StallingStreams(StreamStore streams) {
        super(() -> streams);
        this.streams = streams;
    }

    /** From now on reads of this stream wait. */
    public synchronized void holdReads(StreamName stream) {
        heldReads = stream::equals;
    }

    /** From now on reads of a user's access to this stream wait. */
    public synchronized void holdAccess(StreamName stream) {
        heldAccess = stream::equals;
    }

    public synchronized void holdAppends(Predicate<AppendRequest> which) {
        heldAppends = which;
    }

    /** The next resume of this stream is not exact. */
    public synchronized void forget(StreamName stream) {
        forgotten.add(stream);
    }

    /** How many reads or appends wait. */
    public synchronized int waiting() {
        return held.size();
    }

    /** All requested appends so far. */
    public synchronized List<AppendRequest> asked() {
        return List.copyOf(asked);
    }

    /** How many messages were searched, entries read and appended. */
    public int calls() {
        return calls.get();
    }

    /** Releases all calls that wait; later calls do not wait. */
    public void release() {
        List<Runnable> all;
        synchronized (this) {
            heldReads = any -> false;
            heldAccess = any -> false;
            heldAppends = any -> false;
            all = List.copyOf(held);
            held.clear();
            promises.clear();
        }
        all.forEach(Runnable::run);
    }

    /** Fails all calls that wait, as if their process had died; later calls do not wait. */
    public void abandon() {
        List<Promise<Void>> all;
        synchronized (this) {
            heldReads = any -> false;
            heldAccess = any -> false;
            heldAppends = any -> false;
            all = List.copyOf(promises);
            held.clear();
            promises.clear();
        }
        all.forEach(each -> each.fail(new StoreFailure("the process died")));
    }

    @Override
    public Future<AppendResult> append(AppendRequest append) {
        return ask(append).compose(any -> streams.append(append));
    }

    @Override
    public Future<Optional<StoredMessage>> find(StreamName stream, String messageId, int searched) {
        calls.incrementAndGet();
        return streams.find(stream, messageId, searched);
    }

    @Override
    public Future<LatestSlice> latest(StreamName stream, long before, Bounds bounds) {
        return pass(heldReads.test(stream)).compose(any -> streams.latest(stream, before, bounds));
    }

    @Override
    public Future<Slice> resume(StreamName stream, Optional<Position> since, Bounds bounds) {
        return pass(heldReads.test(stream))
                .compose(any -> streams.resume(stream, since, bounds))
                .map(slice -> since.isPresent() ? remembered(stream, slice) : slice);
    }

    @Override
    public Future<Access> access(StreamName stream, UserId user) {
        return pass(heldAccess.test(stream)).compose(any -> streams.access(stream, user));
    }

    @Override
    public Future<Slice> after(StreamName stream, long after, Bounds bounds) {
        calls.incrementAndGet();
        return pass(heldReads.test(stream)).compose(any -> streams.after(stream, after, bounds));
    }

    @Override
    public Future<Slice> before(StreamName stream, long before, Bounds bounds) {
        return pass(heldReads.test(stream)).compose(any -> streams.before(stream, before, bounds));
    }

    private synchronized Future<Void> ask(AppendRequest append) {
        calls.incrementAndGet();
        asked.add(append);
        return pass(heldAppends.test(append));
    }

    private synchronized Future<Void> pass(boolean hold) {
        if (!hold) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        Context caller = Vertx.currentContext();
        promises.add(promise);
        held.add(() -> caller.runOnContext(any -> promise.complete()));
        return promise.future();
    }

    private synchronized Slice remembered(StreamName stream, Slice slice) {
        return forgotten.remove(stream) ? new Slice(slice.head(), false, List.of(), false) : slice;
    }
}
