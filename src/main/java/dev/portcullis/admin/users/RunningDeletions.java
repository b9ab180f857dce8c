package dev.portcullis.admin.users;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The deletions under way on a node. Each reads the whole store, so their number has a bound (CWE-770). A call that is
 * repeated joins the one under way: otherwise a deletion that takes longer than a request would be begun again and again, and its
 * caller would never see it end. Used by all threads.
 */
public final class RunningDeletions {
    private final Function<UserId, Future<Void>> deletion;
    private final int most;
    private final Map<UserId, Future<Void>> running = new HashMap<>();

    /** @param most users that are deleted at a time */
    public RunningDeletions(Function<UserId, Future<Void>> deletion, int most) {
        this.deletion = deletion;
        this.most = most;
    }

    /** Completes with the deletion; with false if there are too many others, and then nothing was done. */
    public Future<Boolean> delete(UserId user) {
        return begin(user, most).map(deletion -> deletion.map(true)).orElseGet(() -> Future.succeededFuture(false));
    }

    /**
     * Begins a deletion that a user asks for, which never takes the places that are kept for operators; empty if there are too
     * many others.
     */
    public Optional<Future<Void>> beginAsked(UserId user) {
        return begin(user, ofAsked());
    }

    /** Whether {@link #beginAsked} would begin, or join, one now. */
    public boolean hasPlaceForAsked(UserId user) {
        synchronized (running) {
            return running.containsKey(user) || running.size() < ofAsked();
        }
    }

    private int ofAsked() {
        return (most + 1) / 2;
    }

    private Optional<Future<Void>> begin(UserId user, int limit) {
        Future<Void> joined;
        synchronized (running) {
            Future<Void> known = running.get(user);
            if (known == null && running.size() >= limit) {
                return Optional.empty();
            }
            joined = known == null ? deletion.apply(user) : known;
            running.put(user, joined);
        }
        return Optional.of(joined.onComplete(any -> forget(user, joined)));
    }

    private void forget(UserId user, Future<Void> ended) {
        synchronized (running) {
            running.remove(user, ended);
        }
    }
}
