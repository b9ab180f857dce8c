package dev.portcullis.edge;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.Session;
import io.vertx.core.Future;
import java.util.function.LongSupplier;

/**
 * Says the end of sessions whose connection is gone, and what nobody heard once more when somebody hears: else each of
 * them would count against its user's cap, on a lease that goes on. On the event loop of the connections only.
 */
final class Goodbyes {
    static final long AGAIN_MS = 1_000;

    private static final int A_ROUND = 1_000;

    private final Authenticator authenticator;
    private final LongSupplier clock;
    private final Unsaid unsaid;
    private boolean trying;

    /** @param most how many may wait to be said */
    Goodbyes(Authenticator authenticator, LongSupplier clock, int most) {
        this.authenticator = authenticator;
        this.clock = clock;
        this.unsaid = new Unsaid(most);
    }

    void say(Session session) {
        heard(session);
    }

    /** To be called every {@value #AGAIN_MS} ms. One goes first: where it is not heard, the others would not be either. */
    void sayAgain() {
        if (!trying) {
            unsaid.take(1, clock.getAsLong()).forEach(this::tryAgain);
        }
    }

    int waiting() {
        return unsaid.size();
    }

    private void tryAgain(Session first) {
        trying = true;
        heard(first)
                .onSuccess(any -> unsaid.take(A_ROUND, clock.getAsLong()).forEach(this::say))
                .onComplete(any -> trying = false);
    }

    private Future<Void> heard(Session session) {
        return authenticator.end(session.sender().userId(), session.id()).onFailure(broken -> unsaid.add(session));
    }
}
