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
 * Refuses frames of a session that has ended, or whose end this node may not have read yet. Reads only fields of the
 * connection and its event loop.
 */
public final class CutoffGate {
    private static final Set<FrameType> NEVER_WAIT =
            EnumSet.of(FrameType.PING, FrameType.LEAVE, FrameType.HEALTH_CHECK);

    private static final Future<Verdict> GRANTED = Future.succeededFuture(Verdict.GRANTED);
    private static final Future<Verdict> UNAVAILABLE = Future.succeededFuture(Verdict.refused(Reason.UNAVAILABLE));

    private final CutoffFreshness freshness;
    private final long maxWaitMs;
    private final LongSupplier clock;

    /** @param maxWaitMs how long a frame may wait until its lane is fresh */
    public CutoffGate(CutoffFreshness freshness, long maxWaitMs, LongSupplier clock) {
        this.freshness = freshness;
        this.maxWaitMs = maxWaitMs;
        this.clock = clock;
    }

    /** The outcome that does not depend on the kind of frame, if there is one. */
    public Optional<FrameOutcome> checkSession(Connection from) {
        if (from.isClosing()) {
            return Optional.of(FrameOutcome.None.NONE);
        }
        return clock.getAsLong() < from.session().expiresAt()
                ? Optional.empty()
                : Optional.of(FrameOutcome.Close.with(CloseCode.TOKEN_EXPIRED));
    }

    /**
     * Grants a frame if the sender's session is known to be live. A frame may wait for that. The wait is counted from
     * the receipt of the frame, so that one that passes here twice does not wait twice.
     */
    public Future<Verdict> awaitFresh(Connection from, FrameType type, FrameDeadline deadline) {
        if (!from.mayAct()) {
            return UNAVAILABLE;
        }
        if (NEVER_WAIT.contains(type)) {
            return GRANTED;
        }
        int lane = from.lane();
        if (freshness.isFresh(lane)) {
            return GRANTED;
        }
        return freshness.whenFresh(lane, deadline.left(maxWaitMs)).compose(fresh -> awaitFresh(from, type, deadline));
    }

    /**
     * Until when a publish of this sender may be appended. The node may be stopped, or the store be slow, after the
     * gate; the store therefore checks this limit by its own clock (CWE-367).
     */
    public PublishFence fence(Connection from) {
        int lane = from.lane();
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
                : Future.failedFuture(new StoreFailure("the session has ended"));
    }
}
