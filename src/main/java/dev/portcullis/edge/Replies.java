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

/** Gives an answer to its connection. Every refusal passes here: one frame, one metric, one audit event. */
final class Replies {
    private final Audit audit;
    private final Meters meters;
    private final LongSupplier clock;

    Replies(Audit audit, Meters meters, LongSupplier clock) {
        this.audit = audit;
        this.meters = meters;
        this.clock = clock;
    }

    void give(Connection to, Answer answer) {
        answer.accept(new Given(to));
    }

    /** The peer broke a rule of framing: where a reason says so, it hears it before the close. */
    void violated(Connection by, CloseCode code) {
        if (code == CloseCode.TOO_LARGE) {
            give(by, Answer.refused(Rejection.of(Reason.MESSAGE_TOO_LARGE)));
        } else {
            audit.event(about(by, EventName.WS_FRAME_INVALID).closed(code));
        }
        by.end(code);
    }

    void end(Connection connection, Answer.Ended answer) {
        CloseCode code = answer.code();
        answer.notice()
                .match(
                        failed -> authFailed(connection, code, failed),
                        rejected ->
                                give(connection, Answer.refused(rejected.why()).to(rejected.id())),
                        () -> closedWith(connection, code));
        connection.end(code);
    }

    private void authFailed(Connection to, CloseCode code, CloseNotice.AuthFailed notice) {
        meters.authFailed(notice.why());
        AuditEvent event =
                about(to, EventName.WS_AUTH_FAILURE).reason(notice.why().word()).code(code);
        audit.event(notice.defect().map(TokenDefect::word).map(event::detail).orElse(event));
        to.say(new ServerFrame.AuthFailure(notice.id(), notice.why()));
    }

    private void closedWith(Connection to, CloseCode code) {
        EventName name = to.identified().isPresent() ? EventName.WS_RATELIMIT : EventName.WS_AUTH_FAILURE;
        if (code == CloseCode.HOSTILE || name == EventName.WS_AUTH_FAILURE) {
            audit.event(about(to, name).closed(code));
        }
    }

    private static AuditEvent about(Connection connection, EventName name) {
        return connection.peer().event(name, connection.identified());
    }

    private final class Given implements Answer.Cases {
        private final Connection to;

        Given(Connection to) {
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
