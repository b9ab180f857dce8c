package dev.portcullis.streams.cutoff;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.RetainResult;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Access;
import dev.portcullis.streams.StreamWindow;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An in-memory stream store for the cut-offs of all lanes, which can be made to fail. */
public final class CutoffLog implements StreamStore {
    private final List<StreamEntry> entries = new ArrayList<>();
    private boolean broken;

    public synchronized void breakDown() {
        broken = true;
    }

    public synchronized List<Cutoff> cutoffs() {
        return entries.stream()
                .map(entry -> CutoffBody.decode(entry.body()).orElseThrow())
                .toList();
    }

    @Override
    public synchronized Future<AppendResult> append(AppendRequest append) {
        if (broken || !append.stream().equals(StreamName.cutoffs(append.stream().lane()))) {
            return Future.failedFuture(new StoreFailure("broken"));
        }
        Position position = new Position("e", entries.size() + 1);
        entries.add(new StreamEntry(append.stream(), position, append.timestamp(), append.body()));
        return Future.succeededFuture(new AppendResult.Stored(entries.get(entries.size() - 1)));
    }

    /** A cut-off is no message. */
    @Override
    public Future<Optional<StoredMessage>> find(StreamName stream, String messageId, int searched) {
        return Future.succeededFuture(Optional.empty());
    }

    @Override
    public synchronized Future<LatestSlice> latest(StreamName stream, long before, Bounds bounds) {
        return before(stream, before, bounds)
                .map(slice -> new LatestSlice(
                        slice.head(),
                        slice.entries().stream()
                                .map(entry -> new LatestEntry(entry, EntryState.PLAIN, Optional.empty()))
                                .toList(),
                        false));
    }

    @Override
    public synchronized Future<Position> head(StreamName stream) {
        return Future.succeededFuture(new Position("e", entries.size()));
    }

    @Override
    public synchronized Future<Slice> resume(StreamName stream, Optional<Position> since, Bounds bounds) {
        return after(stream, since.map(Position::seq).orElse((long) entries.size()), bounds);
    }

    @Override
    public synchronized Future<Slice> after(StreamName stream, long after, Bounds bounds) {
        return head(stream)
                .map(head -> new Slice(head, true, List.copyOf(entries.subList((int) after, entries.size())), false));
    }

    @Override
    public synchronized Future<Slice> before(StreamName stream, long before, Bounds bounds) {
        return head(stream).map(head -> new Slice(head, true, List.copyOf(entries), false));
    }

    @Override
    public Future<Access> access(StreamName stream, UserId user) {
        return head(stream).map(head -> new Access(head, false, false, 0, 0));
    }

    @Override
    public Future<RetainResult> retain(StreamName stream, OwnRetention own, StreamWindow window, Permit permit) {
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> noteDetachment(StreamName stream) {
        return Future.succeededFuture();
    }

    @Override
    public Future<Set<UserId>> barred(StreamName stream, Set<UserId> among) {
        return Future.succeededFuture(Set.of());
    }
}
