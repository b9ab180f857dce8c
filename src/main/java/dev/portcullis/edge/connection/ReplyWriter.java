package dev.portcullis.edge.connection;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.edge.connection.FrameOutcome.CloseNotice;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.ServerFrame;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Gives an answer to its sender. Every refusal passes here: one frame, one metric, one audit event. */
public final class ReplyWriter {
    private final Audit audit;
    private final Metrics metrics;
    private final LongSupplier clock;

    public ReplyWriter(Audit audit, Metrics metrics, LongSupplier clock) {
        this.audit = audit;
        this.metrics = metrics;
        this.clock = clock;
    }

    public void write(FrameRecipient to, FrameOutcome outcome) {
        outcome.accept(new Given(to));
    }

    /** The peer broke a rule of framing: where a reason says so, it hears it before the close. */
    void protocolViolation(FrameRecipient by, CloseCode code) {
        if (code == CloseCode.TOO_LARGE) {
            write(by, FrameOutcome.refused(Rejection.of(Reason.MESSAGE_TOO_LARGE)));
        } else {
            audit.event(about(by, EventName.WS_FRAME_INVALID).closed(code));
        }
        by.close(code);
    }

    void end(FrameRecipient to, FrameOutcome.Close answer) {
        CloseCode code = answer.code();
        answer.notice()
                .match(
                        failed -> authFailed(to, code, failed),
                        rejected ->
                                write(to, FrameOutcome.refused(rejected.why()).to(rejected.id())),
                        () -> closedWith(to, code));
        to.close(code);
    }

    private void authFailed(FrameRecipient to, CloseCode code, CloseNotice.AuthFailed notice) {
        metrics.authFailed(notice.why());
        AuditEvent event =
                about(to, EventName.WS_AUTH_FAILURE).reason(notice.why().id()).code(code);
        audit.event(notice.defect().map(TokenDefect::id).map(event::detail).orElse(event));
        to.send(new ServerFrame.AuthFailure(notice.id(), notice.why()));
    }

    private void closedWith(FrameRecipient to, CloseCode code) {
        EventName name = to.identified().isPresent() ? EventName.WS_RATELIMIT : EventName.WS_AUTH_FAILURE;
        if (code == CloseCode.HOSTILE || name == EventName.WS_AUTH_FAILURE) {
            audit.event(about(to, name).closed(code));
        }
    }

    private static AuditEvent about(FrameRecipient to, EventName name) {
        return to.peer().event(name, to.identified());
    }

    private final class Given implements FrameOutcome.Cases {
        private final FrameRecipient to;

        Given(FrameRecipient to) {
            this.to = to;
        }

        @Override
        public void said(FrameOutcome.Reply answer) {
            to.send(answer.frame());
        }

        @Override
        public void refused(FrameOutcome.Refused answer) {
            Rejection why = answer.why();
            metrics.refused(why);
            AuditEvent event =
                    about(to, EventName.of(why)).requestId(answer.requestId()).refused(why);
            Optional<String> resource = answer.roomId().or(answer.context()::resource);
            AuditEvent where = resource.map(event::resource).orElse(event);
            audit.event(answer.context().action().map(where::action).orElse(where));
            to.send(why.fold(
                    limited -> new ServerFrame.RateLimited(answer.id(), limited),
                    failed -> new ServerFrame.Refused(
                            answer.id(), answer.roomId(), failed, answer.requestId(), clock.getAsLong())));
        }

        @Override
        public void ended(FrameOutcome.Close answer) {
            end(to, answer);
        }

        @Override
        public void silent() {
            // it was said already
        }
    }
}
