package dev.portcullis.streams;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Passes each single step on to another store, for a test's store that changes some of them. */
public abstract class ForwardingStreams implements StreamStore {
    private final Supplier<StreamStore> real;

    protected ForwardingStreams(Supplier<StreamStore> real) {
        this.real = real;
    }

    @Override
    public Future<AppendResult> append(AppendRequest append) {
        return real.get().append(append);
    }

    @Override
    public Future<Optional<StoredMessage>> find(StreamName stream, String messageId, int searched) {
        return real.get().find(stream, messageId, searched);
    }

    @Override
    public Future<Position> head(StreamName stream) {
        return real.get().head(stream);
    }

    @Override
    public Future<Slice> resume(StreamName stream, Optional<Position> since, Bounds bounds) {
        return real.get().resume(stream, since, bounds);
    }

    @Override
    public Future<Slice> after(StreamName stream, long after, Bounds bounds) {
        return real.get().after(stream, after, bounds);
    }

    @Override
    public Future<Slice> before(StreamName stream, long before, Bounds bounds) {
        return real.get().before(stream, before, bounds);
    }

    @Override
    public Future<LatestSlice> latest(StreamName stream, long before, Bounds bounds) {
        return real.get().latest(stream, before, bounds);
    }

    @Override
    public Future<Access> access(StreamName stream, UserId user) {
        return real.get().access(stream, user);
    }

    @Override
    public Future<Set<UserId>> barred(StreamName stream, Set<UserId> among) {
        return real.get().barred(stream, among);
    }

    @Override
    public Future<RetainResult> retain(StreamName stream, OwnRetention own, StreamWindow window, Permit permit) {
        return real.get().retain(stream, own, window, permit);
    }

    @Override
    public Future<Void> noteDetachment(StreamName stream) {
        return real.get().noteDetachment(stream);
    }
}
