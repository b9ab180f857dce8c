package dev.portcullis.edge;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.audit.RequestId;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Decoded;
import dev.portcullis.protocol.FrameDecoder;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.ConnectionBudget.Judgement.Over;
import dev.portcullis.ratelimit.RateLimiter;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The way of one frame: gate, bucket, decode, admit, authorize, act, answer. The first refusal is the answer. What comes
 * before {@code admit} is decided here, by what the connection alone shows; everything after is asked.
 */
final class FramePath implements Path<Connection> {
    private final CutoffGate gate;
    private final RateLimiter limiter;
    private final Permission permission;
    private final Deeds deeds;
    private final LongSupplier clock;

    FramePath(CutoffGate gate, RateLimiter limiter, Permission permission, Deeds deeds, LongSupplier clock) {
        this.gate = gate;
        this.limiter = limiter;
        this.permission = permission;
        this.deeds = deeds;
        this.clock = clock;
    }

    @Override
    public Future<Answer> travel(Connection from, byte[] utf8) {
        Taken taken = Taken.now();
        return gate.judge(from).map(Future::succeededFuture).orElseGet(() -> count(from, utf8, taken));
    }

    private Future<Answer> count(Connection from, byte[] utf8, Taken taken) {
        return from.budget()
                .count(clock.getAsLong())
                .fold(
                        () -> read(from, utf8, taken),
                        over -> refuse(from, utf8, over),
                        () -> succeededFuture(Answer.Ended.with(CloseCode.HOSTILE)));
    }

    /** The refusal carries the frame's id as long as that is worth reading it. */
    private Future<Answer> refuse(Connection from, byte[] utf8, Over over) {
        report(from);
        Optional<String> id = over.decode()
                ? FrameDecoder.decode(utf8).fold(FramePath::idOf, Decoded.Unreadable::id)
                : Optional.empty();
        return succeededFuture(Answer.refused(over.limit()).to(id));
    }

    private Future<Answer> read(Connection from, byte[] utf8, Taken taken) {
        return FrameDecoder.decode(utf8).fold(frame -> pass(from, frame, taken), frame -> unreadable(from, frame));
    }

    /** The gate stands at both ends of the asks: a node may have been stopped between them (CWE-367). */
    private Future<Answer> pass(Connection from, ClientFrame frame, Taken taken) {
        from.meters().frame(frame.type());
        return gate.pass(from, frame.type(), taken)
                .compose(ifGranted(() -> limiter.admit(
                        from.sender(),
                        frame.type(),
                        frame.weight(),
                        from.budget().unreported())))
                .compose(ifGranted(() -> permission.judge(from, frame)))
                .compose(ifGranted(() -> gate.pass(from, frame.type(), taken)))
                .compose(verdict -> verdict.fold(() -> deeds.act(from, frame, taken), FramePath::refused))
                .recover(broken -> succeededFuture(Breakage.answer(broken, frame.type())))
                .map(answer -> deeds.forEachRoom(from, frame, answer))
                .map(answer -> answer.to(frame.envelope().id()).about(frame.type(), FrameResource.of(frame)));
    }

    /** It counts for the connection only, but its bytes count for the user. */
    private Future<Answer> unreadable(Connection from, Decoded.Unreadable frame) {
        report(from);
        return succeededFuture(new Answer.Refused(frame.why(), RequestId.next(), frame.id(), frame.roomId()));
    }

    private void report(Connection from) {
        limiter.report(from.sender(), from.budget().unreported());
    }

    private static Future<Answer> refused(Rejection why) {
        return succeededFuture(Answer.refused(why));
    }

    private static Optional<String> idOf(ClientFrame frame) {
        return frame.envelope().id();
    }

    private static Function<Verdict, Future<Verdict>> ifGranted(Supplier<Future<Verdict>> next) {
        return verdict -> verdict.fold(next, why -> succeededFuture(verdict));
    }
}
