package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.audit.RequestId;
import dev.portcullis.audit.tracing.ActiveSpan;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameBarrier;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameFailures;
import dev.portcullis.edge.connection.FrameHandler;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.events.EventJudge;
import dev.portcullis.protocol.ClientAction;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameAlias;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.protocol.codec.MalformedFrame;
import dev.portcullis.ratelimit.ConnectionBudget.BudgetDecision.Over;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.resilience.MonotonicClock;
import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The path of one frame: gate, budget, decode, score, CSRF, admit, authorize, act. The first refusal is the outcome, which the
 * connection answers. Steps before {@code admit} are decided in the edge; {@code admit} and the later ones ask a stage.
 */
public final class FramePath implements FrameHandler<Connection> {
    /** Frames that carry a secret of their own, or do nothing that a foreign page could want (CWE-352). */
    private static final Set<FrameType> WITHOUT_CSRF =
            EnumSet.of(FrameType.AUTH, FrameType.TOKEN_REFRESH, FrameType.PING, FrameType.HEALTH_CHECK);

    private static final Rejection CSRF_FAILED = Rejection.of(Reason.CSRF_FAILED);
    private static final FrameOutcome NO_FRAME = FrameOutcome.Close.with(CloseCode.BROKEN_FRAME);
    private static final Rejection RESTRICTED = Rejection.of(Reason.RESTRICTED);

    /** Refusals of frames with which a client tries an action that it may not take. */
    private static final Set<Rejection> MAY_NOT_ACT = Set.of(RESTRICTED, Rejection.of(Reason.FORBIDDEN));

    private final FrameBarrier barrier;
    private final CutoffGate gate;
    private final RateLimiter limiter;
    private final FrameActions actions;
    private final EventCheck events;
    private final Optional<FrameTrace> trace;

    /**
     * @param judge judges the data of events; no other event loop uses it
     * @param countEvent counts frames by the names of their events
     * @param trace empty if nothing is traced
     */
    public FramePath(
            FrameBarrier barrier,
            CutoffGate gate,
            RateLimiter limiter,
            FrameActions actions,
            EventJudge judge,
            Consumer<String> countEvent,
            Optional<FrameTrace> trace) {
        this.barrier = barrier;
        this.gate = gate;
        this.limiter = limiter;
        this.actions = actions;
        this.events = new EventCheck(judge, countEvent);
        this.trace = trace;
    }

    @Override
    public Future<FrameOutcome> handle(Connection from, byte[] utf8) {
        return handle(from, InboundMessage.of(utf8));
    }

    /**
     * Handles the frame of a message. A message within the limit that holds none has {@link CloseCode#BROKEN_FRAME} as its
     * outcome; one over the limit is refused, whatever it holds.
     */
    public Future<FrameOutcome> handle(Connection from, InboundMessage inbound) {
        return barrier.pass(
                () -> trace.isEmpty() ? take(from, inbound) : trace.get().around(() -> take(from, inbound)));
    }

    private Future<FrameOutcome> take(Connection from, InboundMessage inbound) {
        FrameDeadline deadline = FrameDeadline.fromNow();
        from.metrics().received(inbound.length());
        return gate.checkSession(from).map(Future::succeededFuture).orElseGet(() -> count(from, inbound, deadline));
    }

    /** Counts the frame by elapsed time: a wall clock that is set back would prolong a block by the size of the step. */
    private Future<FrameOutcome> count(Connection from, InboundMessage inbound, FrameDeadline deadline) {
        return from.budget()
                .count(MonotonicClock.millis())
                .fold(
                        () -> read(from, inbound, deadline),
                        () -> observe(from, inbound, deadline),
                        over -> refuse(from, inbound, over),
                        () -> succeededFuture(FrameOutcome.Close.with(CloseCode.HOSTILE)));
    }

    private Future<FrameOutcome> observe(Connection from, InboundMessage inbound, FrameDeadline deadline) {
        limiter.observed(from.sender());
        return read(from, inbound, deadline);
    }

    /** Refuses a frame over its budget. The refusal carries the frame's id as long as it is worth reading it. */
    private Future<FrameOutcome> refuse(Connection from, InboundMessage inbound, Over over) {
        limiter.report(from.sender(), over.limit(), from.budget().unreported());
        Optional<String> id = over.decode()
                ? inbound.frame().flatMap(frame -> frame.decode().fold(FramePath::idOf, MalformedFrame::id))
                : Optional.empty();
        return succeededFuture(FrameOutcome.refused(over.limit()).to(id));
    }

    private Future<FrameOutcome> read(Connection from, InboundMessage inbound, FrameDeadline deadline) {
        return inbound.frame().map(frame -> decode(from, frame, deadline)).orElseGet(() -> succeededFuture(NO_FRAME));
    }

    private Future<FrameOutcome> decode(Connection from, InboundFrame inbound, FrameDeadline deadline) {
        return inbound.decode(events)
                .fold(
                        frame -> authorizeAndAct(from, frame, inbound.alias(), deadline),
                        frame -> unreadable(from, frame));
    }

    /**
     * Takes the steps after decoding. The gate stands before and after the questions to the stages: a node may have been stopped
     * between them (CWE-367).
     */
    private Future<FrameOutcome> authorizeAndAct(
            Connection from, ClientFrame frame, Optional<FrameAlias> alias, FrameDeadline deadline) {
        FrameAction action = frame.accept(actions);
        ClientAction named = FrameActions.nameOf(frame, alias);
        from.metrics().frame(frame.type());
        ActiveSpan.nameFrame(named.id());
        Optional<Rejection> refusal = refusalHere(from, frame);
        if (refusal.isPresent()) {
            report(from);
            return succeededFuture(answered(from, frame, named, action, FrameOutcome.refused(refusal.get())));
        }
        return gate.awaitFresh(from, frame.type(), deadline)
                .compose(ifGranted(() -> {
                    action.meanwhile().accept(from);
                    return admit(from, frame, alias);
                }))
                .compose(ifGranted(() -> action.authorization().check(from)))
                .compose(permitted -> ifGranted(() -> gate.awaitFresh(from, frame.type(), deadline))
                        .apply(permitted)
                        .compose(fresh -> fresh.fold(() -> action.run(from, permitted, deadline), FramePath::refused)))
                .recover(failure -> succeededFuture(FrameFailures.outcomeOf(failure, frame.type())))
                .map(outcome -> answered(from, frame, named, action, outcome));
    }

    private Future<Verdict> admit(Connection from, ClientFrame frame, Optional<FrameAlias> alias) {
        return frame instanceof ClientFrame.Event event
                ? limiter.admitEvent(from.sender(), event.event(), from.budget().unreported())
                : limiter.admit(
                        from.sender(),
                        frame.type(),
                        alias,
                        frame.weight(),
                        from.budget().unreported());
    }

    /** The refusal that the edge decides alone, for a frame that it could read. */
    private static Optional<Rejection> refusalHere(Connection from, ClientFrame frame) {
        ClientFrame.FreeTexts texts = frame.texts();
        if (!from.watch().permits(frame.type(), texts.content(), texts.fields(), texts.reasons())) {
            return Optional.of(RESTRICTED);
        }
        return WITHOUT_CSRF.contains(frame.type())
                        || from.acceptsCsrf(frame.envelope().csrfToken())
                ? Optional.empty()
                : Optional.of(CSRF_FAILED);
    }

    private static FrameOutcome answered(
            Connection from, ClientFrame frame, ClientAction named, FrameAction action, FrameOutcome outcome) {
        if (outcome instanceof FrameOutcome.Refused refused && MAY_NOT_ACT.contains(refused.why())) {
            from.watch().mayNotAct(frame.texts().reasons());
        }
        return action.answer(from, outcome).to(frame.envelope().id()).about(named, action.resource());
    }

    /** Refuses an unreadable frame. It counts for the connection only, but its bytes count for the user. */
    private Future<FrameOutcome> unreadable(Connection from, MalformedFrame frame) {
        report(from);
        return succeededFuture(new FrameOutcome.Refused(frame.why(), RequestId.next(), frame.id(), frame.roomId()));
    }

    private void report(Connection from) {
        limiter.report(from.sender(), from.budget().unreported());
    }

    private static Future<FrameOutcome> refused(Rejection why) {
        return succeededFuture(FrameOutcome.refused(why));
    }

    private static Optional<String> idOf(ClientFrame frame) {
        return frame.envelope().id();
    }

    private static Function<Verdict, Future<Verdict>> ifGranted(Supplier<Future<Verdict>> next) {
        return verdict -> verdict.fold(next, why -> succeededFuture(verdict));
    }
}
