package dev.portcullis.streams;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Passes each step on to another store. What consists of several steps, such as an amendment, is made of the steps here. */
public abstract class DelegatingStreams implements StreamStore {
    private final StreamStore store;

    protected DelegatingStreams(StreamStore store) {
        this.store = store;
    }

    @Override
    public Future<AppendResult> append(AppendRequest append) {
        return store.append(append);
    }

    @Override
    public Future<PairedResult> append(PairedAppend append) {
        return store.append(append);
    }

    @Override
    public Future<Optional<StoredMessage>> find(StreamName stream, String messageId, int searched) {
        return store.find(stream, messageId, searched);
    }

    @Override
    public Future<Position> head(StreamName stream) {
        return store.head(stream);
    }

    @Override
    public Future<Slice> resume(StreamName stream, Optional<Position> since, Bounds bounds) {
        return store.resume(stream, since, bounds);
    }

    @Override
    public Future<Slice> after(StreamName stream, long after, Bounds bounds) {
        return store.after(stream, after, bounds);
    }

    @Override
    public Future<Slice> before(StreamName stream, long before, Bounds bounds) {
        return store.before(stream, before, bounds);
    }

    @Override
    public Future<LatestSlice> latest(StreamName stream, long before, Bounds bounds) {
        return store.latest(stream, before, bounds);
    }

    @Override
    public Future<List<Confirmation>> confirm(List<Cursor> cursors) {
        return store.confirm(cursors);
    }

    @Override
    public Future<RetainResult> retain(StreamName stream, OwnRetention own, StreamWindow window, Permit permit) {
        return store.retain(stream, own, window, permit);
    }

    @Override
    public Future<Access> access(StreamName stream, UserId user) {
        return store.access(stream, user);
    }

    @Override
    public Future<Set<UserId>> barred(StreamName stream, Set<UserId> among) {
        return store.barred(stream, among);
    }

    @Override
    public Future<Void> noteDetachment(StreamName stream) {
        return store.noteDetachment(stream);
    }
}
