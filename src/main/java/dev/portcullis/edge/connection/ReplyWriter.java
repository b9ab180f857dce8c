package dev.portcullis.edge.connection;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.edge.anomaly.AddressWatch;
import dev.portcullis.edge.anomaly.SessionWatch;
import dev.portcullis.edge.connection.FrameOutcome.CloseNotice;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.ServerFrame;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Writes outcomes to their sender. Every refusal of a frame passes here: one answer, one metric, one audit event. A
 * connection that is refused as a whole gets its close code, which is counted and logged. Here each refusal is counted
 * for the score of its session, too, and a hostile client is closed after its answer.
 */
public record ReplyWriter(Audit audit, Metrics metrics, AddressWatch addresses, LongSupplier clock) {
    public void write(FrameRecipient to, FrameOutcome outcome) {
        outcome.match(
                reply -> to.send(reply.frame()),
                refused -> writeRefusal(to, refused, Optional.empty()),
                close -> writeClose(to, close),
                () -> {});
    }

    /** Closes a client that violated the framing. A message that is too large gets its error frame first. */
    void protocolViolation(FrameRecipient from, CloseCode code) {
        if (code == CloseCode.TOO_LARGE) {
            write(from, FrameOutcome.refused(Rejection.of(Reason.MESSAGE_TOO_LARGE)));
        } else {
            audit.event(
                    about(from, EventName.WS_FRAME_INVALID, Optional.empty()).closed(code));
        }
        from.close(code);
    }

    void writeClose(FrameRecipient to, FrameOutcome.Close outcome) {
        CloseCode code = outcome.code();
        outcome.notice()
                .match(
                        failed -> writeAuthFailure(to, code, failed),
                        rejected -> writeRefusal(
                                to,
                                new FrameOutcome.Refused(
                                        rejected.why(), RequestId.next(), rejected.id(), Optional.empty()),
                                outcome.user()),
                        () -> auditClose(to, code, outcome.user()));
        to.close(code);
    }

    private void writeAuthFailure(FrameRecipient to, CloseCode code, CloseNotice.AuthFailed notice) {
        AuthRefusal why = notice.defect().refusal();
        metrics.authFailed(why);
        if (to.identified().isEmpty()) {
            addresses.tokenRefused(to.client().address(), notice.guess());
        }
        AuditEvent event = about(
                        to,
                        CloseNotice.AuthFailed.event(Optional.of(notice.defect()), EventName.WS_AUTH_FAILURE),
                        Optional.empty())
                .reason(why.id())
                .detail(notice.defect().id())
                .code(code);
        audit.event(event);
        to.send(new ServerFrame.AuthFailure(notice.id(), why));
    }

    private void auditClose(FrameRecipient to, CloseCode code, Optional<UserId> user) {
        EventName name = to.identified().isPresent() ? EventName.WS_RATELIMIT : EventName.WS_AUTH_FAILURE;
        if (code == CloseCode.HOSTILE || name == EventName.WS_AUTH_FAILURE) {
            audit.event(about(to, name, user).closed(code));
        }
    }

    /** @param user of a client without a session */
    private static AuditEvent about(FrameRecipient to, EventName name, Optional<UserId> user) {
        AuditEvent event = to.client().event(name, to.identified());
        return user.map(event::user).orElse(event);
    }

    private void writeRefusal(FrameRecipient to, FrameOutcome.Refused outcome, Optional<UserId> user) {
        Rejection why = outcome.why();
        metrics.refused(why);
        why.fold(limit -> Optional.of(limit), failed -> Optional.<Rejection.Limited>empty())
                .ifPresent(limit -> metrics.limited(limit, outcome.context().action()));
        AuditEvent event = about(to, EventName.of(why), user)
                .requestId(outcome.requestId())
                .refused(why);
        Optional<String> resource = outcome.roomId().or(outcome.context()::resource);
        AuditEvent where = resource.map(event::resource).orElse(event);
        audit.event(outcome.context().action().map(where::action).orElse(where));
        to.send(why.fold(
                limited -> new ServerFrame.RateLimited(outcome.id(), limited),
                failed -> new ServerFrame.Refused(
                        outcome.id(), outcome.roomId(), failed, outcome.requestId(), clock.getAsLong())));
        to.watched().ifPresent(watch -> count(to, watch, outcome));
    }

    private static void count(FrameRecipient to, SessionWatch watch, FrameOutcome.Refused outcome) {
        watch.refused(to.frameCount(), outcome.why(), outcome.isAboutUser());
        if (watch.isHostile()) {
            to.close(CloseCode.HOSTILE);
        }
    }
}
