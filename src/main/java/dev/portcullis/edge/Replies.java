package dev.portcullis.edge;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.Meters;
import dev.portcullis.auth.TokenDefect;
import dev.portcullis.edge.Answer.CloseNotice;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.ServerFrame;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Gives an answer to its sender. Every refusal passes here: one frame, one metric, one audit event. */
final class Replies {
    private final Audit audit;
    private final Meters meters;
    private final LongSupplier clock;

    Replies(Audit audit, Meters meters, LongSupplier clock) {
        this.audit = audit;
        this.meters = meters;
        this.clock = clock;
    }

    void give(FrameRecipient to, Answer answer) {
        answer.accept(new Given(to));
    }

    /** The peer broke a rule of framing: where a reason says so, it hears it before the close. */
    void violated(FrameRecipient by, CloseCode code) {
        if (code == CloseCode.TOO_LARGE) {
            give(by, Answer.refused(Rejection.of(Reason.MESSAGE_TOO_LARGE)));
        } else {
            audit.event(about(by, EventName.WS_FRAME_INVALID).closed(code));
        }
        by.end(code);
    }

    void end(FrameRecipient to, Answer.Ended answer) {
        CloseCode code = answer.code();
        answer.notice()
                .match(
                        failed -> authFailed(to, code, failed),
                        rejected -> give(to, Answer.refused(rejected.why()).to(rejected.id())),
                        () -> closedWith(to, code));
        to.end(code);
    }

    private void authFailed(FrameRecipient to, CloseCode code, CloseNotice.AuthFailed notice) {
        meters.authFailed(notice.why());
        AuditEvent event =
                about(to, EventName.WS_AUTH_FAILURE).reason(notice.why().word()).code(code);
        audit.event(notice.defect().map(TokenDefect::word).map(event::detail).orElse(event));
        to.say(new ServerFrame.AuthFailure(notice.id(), notice.why()));
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

    private final class Given implements Answer.Cases {
        private final FrameRecipient to;

        Given(FrameRecipient to) {
            this.to = to;
        }

        @Override
        public void said(Answer.Said answer) {
            to.say(answer.frame());
        }

        @Override
        public void refused(Answer.Refused answer) {
            Rejection why = answer.why();
            meters.refused(why);
            AuditEvent event =
                    about(to, EventName.of(why)).requestId(answer.requestId()).refused(why);
            Optional<String> resource = answer.roomId().or(answer.context()::resource);
            AuditEvent where = resource.map(event::resource).orElse(event);
            audit.event(answer.context().action().map(where::action).orElse(where));
            to.say(why.fold(
                    limited -> new ServerFrame.RateLimited(answer.id(), limited),
                    failed -> new ServerFrame.Refused(
                            answer.id(), answer.roomId(), failed, answer.requestId(), clock.getAsLong())));
        }

        @Override
        public void ended(Answer.Ended answer) {
            end(to, answer);
        }

        @Override
        public void silent() {
            // it was said already
        }
    }
}
