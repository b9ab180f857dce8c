package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where streams last. Every method sees only what was committed, and a future that fails means that the store broke:
 * an append may then have happened or not. Futures complete on the caller's Vert.x context, where it has one.
 */
public interface StreamStore {
    /** One atomic step: the key's first outcome again, or past {@code notAfter}, or barred, or the next {@code seq}. */
    Future<AppendResult> append(AppendRequest append);

    Future<Position> head(StreamName stream);

    /** What follows {@code since}, oldest first; exact or not at all. Without {@code since} only the head. */
    Future<Slice> resume(StreamName stream, Optional<Position> since, Bounds bounds);

    /** Entries with a {@code seq} above {@code after}, oldest first. */
    Future<Slice> after(StreamName stream, long after, Bounds bounds);

    /** The newest entries with a {@code seq} below {@code before}, oldest first. */
    Future<Slice> before(StreamName stream, long before, Bounds bounds);

    /**
     * Whether streams still go through these places, and where they stand: an answer for each place, in their order. This is
     * one by one; a store that is far away answers many at once.
     */
    default Future<List<Confirmation>> confirm(List<Cursor> cursors) {
        return Future.all(cursors.stream()
                        .map(cursor -> resume(cursor.stream(), Optional.of(cursor.at()), new Bounds(1, 1))
                                .map(slice -> new Confirmation(slice.head(), slice.exact(), slice.laneSeq())))
                        .toList())
                .map(CompositeFuture::list);
    }

    /** Where the stream stands, and the user in it. */
    Future<Access> access(StreamName stream, UserId user);

    /** Which of these users are barred. */
    Future<Set<UserId>> barred(StreamName stream, Set<UserId> among);

    /** Lifts the user's bar, if there is one. */
    Future<Void> unbar(StreamName stream, UserId user);

    /**
     * Where a stream and one user stood at one moment.
     *
     * @param barred whether the user was barred and not admitted again since
     */
    record Access(Position head, boolean barred) {}

    /** A place of a stream. */
    record Cursor(StreamName stream, Position at) {}

    /**
     * Where a stream stands.
     *
     * @param kept the stream surely went through the place asked about: nothing up to there was lost
     * @param laneSeq the lane's counter at the stream's last append; 0 where the store counts none
     */
    record Confirmation(Position head, boolean kept, long laneSeq) {}

    /** How much one read may return. At least one entry is returned where there is one. */
    record Bounds(int entries, int bytes) {}
}
