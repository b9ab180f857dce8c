package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.StreamStore.Access;
import dev.portcullis.streams.StreamStore.Confirmation;
import dev.portcullis.streams.StreamStore.Cursor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads streams from the store, each read with a deadline. It is used on one context only. */
public final class StreamReader {
    private final Vertx vertx;
    private final StreamStore store;
    private final StreamsConfig config;
    private final Map<Cursor, Future<Slice>> inFlight = new HashMap<>();

    public StreamReader(Vertx vertx, StreamStore store, StreamsConfig config) {
        this.vertx = vertx;
        this.store = store;
        this.config = config;
    }

    /** Reads from this moment on, and so includes everything committed before. */
    public Future<Slice> fresh(StreamName stream, Optional<Position> since) {
        return withDeadline(store.resume(stream, since, config.readBounds()));
    }

    /** Reads the oldest entries that the stream still has. */
    public Future<Slice> kept(StreamName stream) {
        return withDeadline(store.after(stream, 0, config.readBounds()));
    }

    /** Reads a user's access. The call is never shared with an earlier read: a bar or an entry may have been added since. */
    public Future<Access> access(StreamName stream, UserId user) {
        return withDeadline(store.access(stream, user));
    }

    public Future<Set<UserId>> barred(StreamName stream, Set<UserId> among) {
        return withDeadline(store.barred(stream, among));
    }

    /** The heads of these streams, and whether the streams contain the positions. */
    public Future<List<Confirmation>> confirm(List<Cursor> cursors) {
        return withDeadline(store.confirm(cursors));
    }

    /**
     * Resumes from a position. Concurrent reads of the same position share one call: in a reconnect storm many clients ask for
     * few positions.
     */
    public Future<Slice> shared(StreamName stream, Position since) {
        Cursor cursor = new Cursor(stream, since);
        Future<Slice> underWay = inFlight.get(cursor);
        if (underWay != null) {
            return underWay;
        }
        Future<Slice> read = withDeadline(store.resume(stream, Optional.of(since), config.partBounds()));
        inFlight.put(cursor, read);
        return read.onComplete(any -> inFlight.remove(cursor, read));
    }

    /** Nothing that resumes the stream from now on shares a read that began before. */
    public void forget(StreamName stream) {
        inFlight.keySet().removeIf(each -> each.stream().equals(stream));
    }

    private <T> Future<T> withDeadline(Future<T> read) {
        if (read.isComplete()) {
            return read;
        }
        Promise<T> result = Promise.promise();
        long timer = vertx.setTimer(config.readMs(), late -> result.tryFail(new StoreFailure("the read is late")));
        read.onComplete(any -> vertx.cancelTimer(timer)).onComplete(result::tryComplete, result::tryFail);
        return result.future();
    }
}
