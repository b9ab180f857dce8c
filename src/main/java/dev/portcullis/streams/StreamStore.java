package dev.portcullis.streams;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendResult.Refusal;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Stores streams. Every method sees only committed entries. A failed future means that the store failed: an append may
 * then have happened or not. Futures complete on the caller's Vert.x context, where it has one.
 */
public interface StreamStore {
    /** How long a detachment is remembered: longer than it takes to subscribe once that is permitted. */
    long DETACHED_MS = 30_000;

    /** How often an amendment is decided, where other amendments of its message come between. */
    int MOST_DECISIONS = 10;

    /**
     * Appends in one atomic step, which checks in this order: a known key gives its first outcome again; then {@code notAfter},
     * the author's bar, the number of bars, the permit and the message that the entry amends. If nothing refuses, the entry gets
     * the next {@code seq}, and the rows of the permit and of the message are written.
     */
    Future<AppendResult> append(AppendRequest append);

    /**
     * Appends a message to its recipient's stream, then to its sender's own. Each append checks what {@link #append} does; the
     * bars are those of the recipient's stream, and another body under a used key is a conflict with nothing written. If the
     * message is known under the key, only the missing part is appended, so the next attempt under its key completes one that
     * broke off between the two.
     *
     * <p>This default makes two steps; a store that can make them one overrides it.
     */
    default Future<PairedResult> append(PairedAppend append) {
        return append(append.append())
                .compose(first -> append.endsWith(first)
                        ? Future.succeededFuture(append.result(first, first))
                        : second(append, first).map(second -> append.result(first, second)));
    }

    /**
     * Appends to the sender's own stream. A first attempt and a repeat take two calls each, whether the recipient blocks the
     * sender or not (CWE-208). The entry that the recipient got is read only if an attempt broke off between the two.
     */
    private Future<AppendResult> second(PairedAppend append, AppendResult first) {
        AppendRequest second = append.second(first, Optional.empty());
        return append.earlierEntry(first)
                .map(at -> append(second.notLaterThan(0)) // only asks for the known outcome
                        .compose(known -> known instanceof AppendResult.Placed
                                ? Future.succeededFuture(known)
                                : entryAt(append.append().stream(), at)
                                        .compose(earlier -> append(append.second(first, earlier)))))
                .orElseGet(() -> append(second));
    }

    /** The entry as it was appended, if it is still kept, and is no gap. */
    default Future<Optional<StreamEntry>> entryAt(StreamName stream, Position at) {
        return after(stream, at.seq() - 1, new Bounds(1, 1))
                .map(slice -> slice.entries().stream()
                        .filter(entry -> entry.position().equals(at) && !GapEntry.is(entry))
                        .findFirst());
    }

    /** The message, if it is among the newest entries of the stream and not too old. */
    Future<Optional<StoredMessage>> find(StreamName stream, String messageId, int searched);

    /**
     * Appends an entry that amends an earlier message. The message is found first, then the append that was decided of it checks
     * what {@link #append} does, and that the message is still the same. The first reason to refuse counts: one of the append, then
     * not found, another user's, deleted, too old, edited too often ({@link Refusal#FULL}).
     */
    default Future<AppendResult> amend(AmendRequest amend) {
        return find(amend).compose(found -> amend(amend, found));
    }

    /** Amends a message that was found before. A message that another amendment has changed meanwhile is found again. */
    default Future<AppendResult> amend(AmendRequest amend, Optional<StoredMessage> found) {
        return decide(amend, found, MOST_DECISIONS);
    }

    private Future<AppendResult> decide(AmendRequest amend, Optional<StoredMessage> found, int left) {
        return append(amend.decide(found))
                .compose(result -> result == Refusal.CHANGED && left > 1
                        ? decideAgain(amend, found, left - 1)
                        : Future.succeededFuture(result));
    }

    /** Decides again, unless the message is as it was: then the permit has changed, of which the caller decides. */
    private Future<AppendResult> decideAgain(AmendRequest amend, Optional<StoredMessage> before, int left) {
        return find(amend)
                .compose(found ->
                        before.map(message -> found.filter(message::isAs).isPresent())
                                        .orElse(found.isEmpty())
                                ? Future.succeededFuture(Refusal.CHANGED)
                                : decide(amend, found, left));
    }

    private Future<Optional<StoredMessage>> find(AmendRequest amend) {
        return find(amend.append().stream(), amend.messageId(), amend.searched());
    }

    Future<Position> head(StreamName stream);

    /** The entries after {@code since}, oldest first: all of them, or none. Without {@code since} only the head is returned. */
    Future<Slice> resume(StreamName stream, Optional<Position> since, Bounds bounds);

    /** The entries with a {@code seq} above {@code after}, oldest first, as they were appended. */
    Future<Slice> after(StreamName stream, long after, Bounds bounds);

    /** The newest entries with a {@code seq} below {@code before}, oldest first. */
    Future<Slice> before(StreamName stream, long before, Bounds bounds);

    /** Returns the entries of {@link #before}, with the latest state of each. Amendments are within the bounds too. */
    Future<LatestSlice> latest(StreamName stream, long before, Bounds bounds);

    /**
     * Answers for each cursor, in their order, with the stream's head, and whether the stream still contains the position. This
     * default asks one by one; a remote store answers many in one call.
     */
    default Future<List<Confirmation>> confirm(List<Cursor> cursors) {
        return Future.all(cursors.stream()
                        .map(cursor -> resume(cursor.stream(), Optional.of(cursor.at()), new Bounds(1, 1))
                                .map(slice -> new Confirmation(slice.head(), slice.exact(), slice.laneSeq())))
                        .toList())
                .map(CompositeFuture::list);
    }

    /**
     * Sets what is kept of a stream alone, if the permit holds, whose rows are written in the same step. From then on no reader
     * sees what is beyond it, also if more is kept later; the store removes that with the next appends, and with its sweep. The
     * stream's record remembers it for as long as something is set.
     *
     * @param window the window of a stream for which nothing is set
     */
    Future<RetainResult> retain(StreamName stream, OwnRetention own, StreamWindow window, Permit permit);

    /** The stream's head, whether the user is barred, and how far the user has read. */
    Future<Access> access(StreamName stream, UserId user);

    /** The users among these who are barred. */
    Future<Set<UserId>> barred(StreamName stream, Set<UserId> among);

    /**
     * Notes that users may have lost their access without an entry that says so. For {@link #DETACHED_MS}, answers about access
     * then have {@code detached}.
     */
    Future<Void> noteDetachment(StreamName stream);

    /**
     * A stream's head and one user's access, at one moment.
     *
     * @param barred whether the user was barred and not unbarred since
     * @param detached whether an entry of the last {@link #DETACHED_MS} ended subscriptions and barred no user, or a detachment
     * was noted: a user who was let in before may have lost access since
     * @param readSeq the user's read mark, 0 if there is none
     * @param keptUntil the store time up to which the stream is surely not forgotten, also without an append
     * @param hidden the highest seq that is beyond the retention of the stream, or was once, as far as the store knows; 0 if none
     */
    record Access(Position head, boolean barred, boolean detached, long readSeq, long keptUntil, long hidden) {
        /** The access to a stream of which nothing is hidden. */
        public Access(Position head, boolean barred, boolean detached, long readSeq, long keptUntil) {
            this(head, barred, detached, readSeq, keptUntil, 0);
        }
    }

    /** A position in a stream. */
    record Cursor(StreamName stream, Position at) {}

    /**
     * The state of a stream, as the answer about a cursor.
     *
     * @param kept whether the stream surely contains the cursor's position: nothing up to there was lost
     * @param laneSeq the lane's counter at the stream's last append; 0 where the store has no lane counters
     */
    record Confirmation(Position head, boolean kept, long laneSeq) {}

    /** The bounds of one read. At least one entry is returned where there is one. */
    record Bounds(int entries, int bytes) {}
}
