package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.broadcast.RenewablePermit;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.Verdict;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The authorization that one frame needs, and its effect. There is no way to write an effect without an authorization in front of
 * it (CWE-862).
 *
 * @param resource the room or user that the frame is about, as the log names it
 * @param refusal turns a refusal of the whole frame into its answer
 * @param meanwhile asks, while the frame is being admitted, for what the effect will need. Its answers count for nothing unless it is
 */
record FrameAction(
        Authorization authorization,
        PermittedEffect effect,
        Optional<String> resource,
        BiFunction<Connection, FrameOutcome.Refused, FrameOutcome> refusal,
        Consumer<Connection> meanwhile) {

    private static final Future<Verdict> GRANTED = succeededFuture(Verdict.GRANTED);
    private static final FrameAction UNSUPPORTED = needing(from -> succeededFuture(Verdict.refused(Reason.UNSUPPORTED)))
            .then((from, deadline) -> refused(Reason.UNSUPPORTED));

    /** Asks whether the sender may do this. */
    interface Authorization {
        Future<Verdict> check(Connection from);

        /** Asks once more, after rows on which the permit rested have changed. */
        default Future<Verdict> checkAgain(Connection from) {
            return check(from);
        }

        /** This authorization, with another one to ask once more. */
        default Authorization orAgain(Authorization again) {
            Authorization first = this;
            return new Authorization() {
                @Override
                public Future<Verdict> check(Connection from) {
                    return first.check(from);
                }

                @Override
                public Future<Verdict> checkAgain(Connection from) {
                    return again.check(from);
                }
            };
        }
    }

    /** The effect of a frame that is permitted. */
    interface Effect {
        Future<FrameOutcome> run(Connection from, FrameDeadline deadline);
    }

    /** An effect in the store, which rests on the permission. */
    interface PermittedEffect {
        Future<FrameOutcome> run(Connection from, RenewablePermit permission, FrameDeadline deadline);
    }

    /** Begins a row with the authorization. */
    static Needs needing(Authorization authorization) {
        return new Needs(authorization);
    }

    /** Begins a row for a frame that shows or changes only things of the sender, or that is authorized where it takes effect. */
    static Needs needingNothing() {
        return needing(from -> GRANTED);
    }

    /** The row for a frame that this release knows but does not serve. */
    static FrameAction unsupported() {
        return UNSUPPORTED;
    }

    static Future<FrameOutcome> refused(Reason reason) {
        return succeededFuture(FrameOutcome.refused(Rejection.of(reason)));
    }

    /** Names the room in refusals: a client need not give each frame an id. */
    FrameAction about(RoomId room) {
        return about(room.value()).answeringRefusals((from, refused) -> refused.in(room));
    }

    FrameAction about(Target target) {
        return target.fold(this::about, user -> about(user.value()));
    }

    FrameAction about(String roomOrUser) {
        return new FrameAction(authorization, effect, Optional.of(roomOrUser), refusal, meanwhile);
    }

    FrameAction answeringRefusals(BiFunction<Connection, FrameOutcome.Refused, FrameOutcome> answer) {
        return new FrameAction(authorization, effect, resource, answer, meanwhile);
    }

    FrameAction meanwhile(Consumer<Connection> asking) {
        return new FrameAction(authorization, effect, resource, refusal, asking);
    }

    /** Runs the effect of a permitted frame, under the permit of the verdict. */
    Future<FrameOutcome> run(Connection from, Verdict permitted, FrameDeadline deadline) {
        return effect.run(
                from, new RenewablePermit(permitted.permit(), () -> authorization.checkAgain(from)), deadline);
    }

    /** The outcome that the client gets. */
    FrameOutcome answer(Connection from, FrameOutcome outcome) {
        return outcome instanceof FrameOutcome.Refused refused ? refusal.apply(from, refused) : outcome;
    }

    /** An authorization that still lacks its effect. */
    record Needs(Authorization authorization) {
        FrameAction then(Effect effect) {
            return thenUnder((from, permission, deadline) -> effect.run(from, deadline));
        }

        FrameAction thenUnder(PermittedEffect effect) {
            return new FrameAction(authorization, effect, Optional.empty(), (from, refused) -> refused, from -> {});
        }
    }
}
