package dev.portcullis.archive;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Removes deleted users from the streams and from the archive that follows them. */
public final class ArchivedErasures implements ErasureStore {
    private final ErasureStore streams;
    private final ArchiveStore archive;
    private final HeldCopies copies;

    public ArchivedErasures(ErasureStore streams, ArchiveStore archive, HeldCopies copies) {
        this.streams = streams;
        this.archive = archive;
        this.copies = copies;
    }

    @Override
    public Future<List<StreamName>> streams(Optional<StreamName> after) {
        return streams.streams(after);
    }

    @Override
    public Future<List<UserId>> conversations(UserId owner, Optional<UserId> after) {
        return streams.conversations(owner, after);
    }

    @Override
    public Future<Integer> disown(StreamName stream, Erasure erasure) {
        return streams.disown(stream, erasure);
    }

    /** The archive names streams too that the store may no longer find by itself: what these still have is changed as well. */
    @Override
    public Future<Disowned> disownArchived(Erasure erasure, long notAfter) {
        StreamName own = StreamName.inbox(erasure.user());
        return archive.erase(erasure, notAfter)
                .compose(found -> disown(
                                found.streams().stream()
                                        .filter(stream -> !stream.equals(own))
                                        .iterator(),
                                erasure)
                        .map(found));
    }

    private Future<Void> disown(Iterator<StreamName> left, Erasure erasure) {
        return left.hasNext()
                ? streams.disown(left.next(), erasure).compose(any -> disown(left, erasure))
                : Future.succeededFuture();
    }

    /** What users of whom there is a hold wrote to the inbox stays as copies. */
    @Override
    public Future<Cleared> clear(UserId owner) {
        StreamName inbox = StreamName.inbox(owner);
        return copies.keepUnarchived(inbox)
                .compose(any -> streams.clear(owner))
                .compose(cleared ->
                        archive.clear(inbox, cleared.head(), copies.holds()).map(cleared::andArchived));
    }
}
