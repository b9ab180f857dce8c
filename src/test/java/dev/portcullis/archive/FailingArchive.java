package dev.portcullis.archive;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.ErasureStore.Disowned;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.RemovedFile;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.holds.HeldMessage;
import dev.portcullis.streams.holds.HeldPlace;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.streams.holds.HoldReader;
import dev.portcullis.streams.holds.Holds;
import dev.portcullis.streams.holds.PlacedHold;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An archive in memory that fails when it is told to, and can be restored to an earlier state. */
final class FailingArchive implements ArchiveStore {
    private static final Bounds PLENTY = new Bounds(100_000, 1 << 28);

    private final List<List<ArchivePart>> added = new ArrayList<>();
    private MemoryArchive archive = new MemoryArchive();
    boolean fails;
    boolean failsToAdd;
    boolean failsAfterAdd;

    /** How often it was asked for what it has. */
    volatile int asked;

    /** When copies that it was given are there. */
    volatile Future<Void> keeps = Future.succeededFuture();

    /** When what it was given is there. */
    volatile Future<Void> adds = Future.succeededFuture();

    /** Whether it was given something. */
    volatile boolean isAdding;

    /** When the next page that it reads is answered. */
    volatile Future<Void> answers = Future.succeededFuture();

    /** Restores the state after so many batches. */
    void restore(int batches) {
        archive = new MemoryArchive();
        added.subList(batches, added.size()).clear();
        added.forEach(archive::add);
    }

    int batches() {
        return added.size();
    }

    /** All entries of a stream, also behind a hole. */
    List<StreamEntry> entries(StreamName stream) {
        List<StreamEntry> all = new ArrayList<>();
        boolean more = true;
        while (more) {
            long after = all.isEmpty() ? 0 : all.get(all.size() - 1).position().seq();
            Slice slice = archive.after(stream, after, PLENTY).result();
            all.addAll(slice.entries());
            more = slice.more();
        }
        return all;
    }

    @Override
    public Future<List<Position>> positions(List<StreamName> streams) {
        asked();
        return fails ? away() : archive.positions(streams);
    }

    @Override
    public Future<Set<StreamName>> add(List<ArchivePart> parts) {
        if (fails || failsToAdd) {
            return away();
        }
        isAdding = true;
        return adds.compose(any -> {
            Future<Set<StreamName>> left = archive.add(parts);
            added.add(parts.stream()
                    .filter(part -> !left.result().contains(part.stream()))
                    .toList());
            return failsAfterAdd ? away() : left;
        });
    }

    @Override
    public Future<Disowned> erase(Erasure erasure, long notAfter) {
        return fails ? away() : archive.erase(erasure, notAfter);
    }

    @Override
    public Future<Long> clear(StreamName inbox, Position head, HoldReader holds) {
        return fails ? away() : archive.clear(inbox, head, holds);
    }

    @Override
    public Future<Void> retain(StreamName stream, StreamRetention retention, long hidden, long now) {
        return fails ? away() : archive.retain(stream, retention, hidden, now);
    }

    @Override
    public Future<Long> expire(long now, HoldReader holds) {
        return fails ? away() : archive.expire(now, holds);
    }

    @Override
    public Future<List<EntryRow>> rows(StreamName stream, String messageId) {
        asked();
        return fails ? away() : archive.rows(stream, messageId);
    }

    @Override
    public Future<Void> keep(List<HeldMessage> copies) {
        return fails ? away() : keeps.compose(any -> archive.keep(copies));
    }

    @Override
    public Future<List<HeldMessage>> held(PlacedHold hold, Optional<HeldPlace> after, Bounds bounds) {
        return fails ? away() : archive.held(hold, after, bounds);
    }

    @Override
    public Future<Long> release(PlacedHold hold) {
        return fails ? away() : archive.release(hold);
    }

    @Override
    public Future<Set<Hold>> holding(UserId author, Holds holds) {
        return fails ? away() : archive.holding(author, holds);
    }

    @Override
    public Future<Map<StreamName, StreamRetention>> retained(Optional<StreamName> after, int most) {
        return fails ? away() : archive.retained(after, most);
    }

    @Override
    public Future<String> applied() {
        return fails ? away() : archive.applied();
    }

    @Override
    public Future<Void> applied(String configuration) {
        return fails ? away() : archive.applied(configuration);
    }

    @Override
    public Future<LatestSlice> latest(StreamName stream, long before, Bounds bounds) {
        asked();
        Future<LatestSlice> read = fails ? away() : archive.latest(stream, before, bounds);
        Future<Void> answered = answers;
        answers = Future.succeededFuture();
        return answered.compose(any -> read);
    }

    @Override
    public Future<Slice> after(StreamName stream, long after, Bounds bounds) {
        asked();
        return fails ? away() : archive.after(stream, after, bounds);
    }

    @Override
    public Future<DirectConversation.Part> conversation(DirectConversation.Read read, Bounds bounds) {
        return fails ? away() : archive.conversation(read, bounds);
    }

    @Override
    public Future<Optional<StoredMessage>> find(StreamName stream, String messageId) {
        asked();
        return fails ? away() : archive.find(stream, messageId);
    }

    @Override
    public Future<Long> heldBytes() {
        return fails ? away() : archive.heldBytes();
    }

    @Override
    public Future<List<RemovedFile>> removedFiles(int most) {
        return fails ? away() : archive.removedFiles(most);
    }

    @Override
    public Future<Void> filesTaken(List<RemovedFile> files) {
        return fails ? away() : archive.filesTaken(files);
    }

    private synchronized void asked() {
        asked++;
    }

    private static <T> Future<T> away() {
        return Future.failedFuture(new StoreFailure("the archive is away"));
    }
}
