package dev.portcullis.edge.session;

import dev.portcullis.broadcast.PublishFence;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Lets no frame of a session through that has ended, or that may have ended unheard. Looks at fields of the connection
 * and its event loop only.
 */
public final class CutoffGate {
    private static final Set<FrameType> NEVER_WAIT =
            EnumSet.of(FrameType.PING, FrameType.LEAVE, FrameType.HEALTH_CHECK);

    private static final Future<Verdict> GRANTED = Future.succeededFuture(Verdict.GRANTED);
    private static final Future<Verdict> UNAVAILABLE = Future.succeededFuture(Verdict.refused(Reason.UNAVAILABLE));

    private final CutoffFreshness freshness;
    private final long waitMs;
    private final LongSupplier clock;

    /** @param waitMs how long a frame may wait until it is sure who lives */
    public CutoffGate(CutoffFreshness freshness, long waitMs, LongSupplier clock) {
        this.freshness = freshness;
        this.waitMs = waitMs;
        this.clock = clock;
    }

    /** What can be said before anybody knows what kind of frame it is. */
    public Optional<FrameOutcome> checkSession(Connection from) {
        if (from.isClosing()) {
            return Optional.of(FrameOutcome.None.SILENT);
        }
        return clock.getAsLong() < from.session().expiresAt()
                ? Optional.empty()
                : Optional.of(FrameOutcome.Close.with(CloseCode.TOKEN_EXPIRED));
    }

    /**
     * Whether the sender's session is surely live. A frame may wait for that; how long, is counted from when it was taken,
     * so that one which passes here twice does not wait twice.
     */
    public Future<Verdict> awaitFresh(Connection from, FrameType type, FrameDeadline deadline) {
        if (!from.mayAct()) {
            return UNAVAILABLE;
        }
        if (NEVER_WAIT.contains(type)) {
            return GRANTED;
        }
        int lane = from.session().lane();
        if (freshness.holds(lane)) {
            return GRANTED;
        }
        return freshness.whenFresh(lane, deadline.left(waitMs)).compose(fresh -> awaitFresh(from, type, deadline));
    }

    /**
     * How long what this sender publishes may be appended. The gate alone does not see a node that is stopped, or a store that
     * is slow, behind it; the store does, by its own clock (CWE-367).
     */
    public PublishFence fence(Connection from) {
        int lane = from.session().lane();
        return new PublishFence() {
            @Override
            public Future<Long> current(long withinMs) {
                return freshness.whenFresh(lane, withinMs).compose(fresh -> notAfter(from, lane));
            }

            @Override
            public Future<Long> renewed(long withinMs) {
                return freshness.whenReread(lane, withinMs).compose(fresh -> notAfter(from, lane));
            }
        };
    }

    private Future<Long> notAfter(Connection from, int lane) {
        return from.mayAct()
                ? Future.succeededFuture(freshness.notAfter(lane))
                : Future.failedFuture(new StoreFailure("the session is over"));
    }
}
