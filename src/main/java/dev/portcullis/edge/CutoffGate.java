package dev.portcullis.edge;

import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.streams.NodeLife;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Lets no frame of a session through that has ended, or that may have ended unheard. Looks at fields of the connection
 * and its event loop only.
 */
final class CutoffGate {
    private static final Set<FrameType> NEVER_WAIT =
            EnumSet.of(FrameType.PING, FrameType.LEAVE, FrameType.HEALTH_CHECK);

    private static final long LOOK_MS = 50;
    private static final Future<Verdict> GRANTED = Future.succeededFuture(Verdict.GRANTED);
    private static final Future<Verdict> UNAVAILABLE = Future.succeededFuture(Verdict.refused(Reason.UNAVAILABLE));

    private final Freshness freshness;
    private final NodeLife life;
    private final Wheel wheel;
    private final long waitMs;
    private final LongSupplier clock;

    /** @param waitMs how long a frame may wait until it is sure who lives */
    CutoffGate(Freshness freshness, NodeLife life, Wheel wheel, long waitMs, LongSupplier clock) {
        this.freshness = freshness;
        this.life = life;
        this.wheel = wheel;
        this.waitMs = waitMs;
        this.clock = clock;
    }

    /** What can be said before anybody knows what kind of frame it is. */
    Optional<Answer> judge(Connection from) {
        if (from.over()) {
            return Optional.of(Answer.Silent.SILENT);
        }
        return clock.getAsLong() < from.session().expiresAt()
                ? Optional.empty()
                : Optional.of(new Answer.Ended(CloseCode.TOKEN_EXPIRED, LastWord.Nothing.NOTHING));
    }

    /**
     * Whether the sender's session is surely live. A frame may wait for that; how long, is counted from when it was taken,
     * so that one which passes here twice does not wait twice.
     */
    Future<Verdict> pass(Connection from, FrameType type, Taken taken) {
        if (from.over() || from.outlivedItsSession()) {
            return UNAVAILABLE;
        }
        if (NEVER_WAIT.contains(type)) {
            return GRANTED;
        }
        if (!life.holds(from.session().lane(), System.nanoTime())) {
            return taken.left(waitMs) == 0 ? UNAVAILABLE : again(from, type, taken);
        }
        if (freshness.holds()) {
            return GRANTED;
        }
        return freshness.regained(taken.left(waitMs)).compose(fresh -> pass(from, type, taken));
    }

    /** A lease is renewed within moments, where it is at all. */
    private Future<Verdict> again(Connection from, FrameType type, Taken taken) {
        Promise<Void> soon = Promise.promise();
        wheel.in(Math.min(LOOK_MS, taken.left(waitMs)), soon::complete);
        return soon.future().compose(any -> pass(from, type, taken));
    }
}
