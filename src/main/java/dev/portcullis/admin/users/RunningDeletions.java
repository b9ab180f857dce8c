package dev.portcullis.admin.users;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The deletions under way on a node. Each reads the whole store, so their number has a bound (CWE-770). A call that is
 * repeated joins the one under way: otherwise a deletion that takes longer than a request would be begun again and again, and its
 * caller would never see it end. Used by all threads.
 */
public final class RunningDeletions {
    private final BiFunction<UserId, KeptMessages, Future<DeletionReport>> deletion;
    private final int most;
    private final Map<Deletion, Future<DeletionReport>> running = new HashMap<>();

    /** Two that keep different things of a user are two: each of their steps may be made twice. */
    private record Deletion(UserId user, KeptMessages messages) {}

    /** @param most users that are deleted at a time */
    public RunningDeletions(BiFunction<UserId, KeptMessages, Future<DeletionReport>> deletion, int most) {
        this.deletion = deletion;
        this.most = most;
    }

    /** Completes with the deletion; empty if there are too many others, and then nothing was done. */
    public Optional<Future<DeletionReport>> delete(UserId user, KeptMessages messages) {
        return begin(new Deletion(user, messages), most);
    }

    /**
     * Begins a deletion that a user asks for, which never takes the places that are kept for operators; empty if there are too
     * many others.
     */
    public Optional<Future<Void>> beginAsked(UserId user) {
        return begin(asked(user), ofAsked()).map(Future::mapEmpty);
    }

    /** Whether {@link #beginAsked} would begin, or join, one now. */
    public boolean hasPlaceForAsked(UserId user) {
        synchronized (running) {
            return running.containsKey(asked(user)) || running.size() < ofAsked();
        }
    }

    private static Deletion asked(UserId user) {
        return new Deletion(user, KeptMessages.ANONYMISE);
    }

    private int ofAsked() {
        return (most + 1) / 2;
    }

    private Optional<Future<DeletionReport>> begin(Deletion wanted, int limit) {
        Future<DeletionReport> joined;
        synchronized (running) {
            Future<DeletionReport> known = running.get(wanted);
            if (known == null && running.size() >= limit) {
                return Optional.empty();
            }
            joined = known == null ? deletion.apply(wanted.user(), wanted.messages()) : known;
            running.put(wanted, joined);
        }
        return Optional.of(joined.onComplete(any -> forget(wanted, joined)));
    }

    private void forget(Deletion wanted, Future<DeletionReport> ended) {
        synchronized (running) {
            running.remove(wanted, ended);
        }
    }
}
