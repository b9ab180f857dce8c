package dev.portcullis.edge.frame;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.broadcast.RenewablePermit;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.membership.MembershipEnd;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.protocol.Target;
import io.vertx.core.Future;
import java.util.Optional;

/** Frames that append an entry to a stream: each is answered with the position of its entry. */
public final class MessageHandler {
    /** As a removal over HTTP is named. */
    private static final String REMOVED = "removed";

    private final CutoffGate gate;
    private final MembershipEnd ends;
    private final Broadcaster broadcaster;
    private final Metrics metrics;
    private final Audit audit;

    public MessageHandler(CutoffGate gate, MembershipEnd ends, Broadcaster broadcaster, Metrics metrics, Audit audit) {
        this.gate = gate;
        this.ends = ends;
        this.broadcaster = broadcaster;
        this.metrics = metrics;
        this.audit = audit;
    }

    Future<FrameOutcome> publish(
            Connection from, ClientFrame.Chat frame, RenewablePermit permission, FrameDeadline deadline) {
        return broadcaster
                .publish(from.sender(), frame, permission, deadline.leftToAnswer(), gate.fence(from))
                .onSuccess(result -> published(from, frame.roomId(), result, deadline, metrics))
                .map(result -> answer(frame, new Target.ToRoom(frame.roomId()), result));
    }

    Future<FrameOutcome> removeUser(Connection from, ClientFrame.RemoveUser frame, FrameDeadline deadline) {
        return ends.remove(
                        from.sender(),
                        frame,
                        () -> Optional.of(new MembershipEnd.Within(deadline.leftToAnswer(), gate.fence(from))))
                .map(ended -> {
                    if (ended.result() instanceof PublishResult.Acked) {
                        removed(from, frame);
                    }
                    return answer(frame, new Target.ToRoom(frame.roomId()), ended.result());
                });
    }

    static void published(Connection from, RoomId room, PublishResult result, FrameDeadline deadline, Metrics metrics) {
        recordTime(result, deadline, metrics);
        if (result instanceof PublishResult.Acked acked) {
            from.subscriptions().acked(room, acked.position().seq());
        }
    }

    /** The time of a refusal would hide how long an ack takes. */
    static void recordTime(PublishResult result, FrameDeadline deadline, Metrics metrics) {
        if (result instanceof PublishResult.Acked) {
            metrics.time(Metric.PUBLISH, deadline.elapsedNanos());
        }
    }

    static FrameOutcome answer(ClientFrame frame, Target target, PublishResult result) {
        return result.fold(
                acked -> new FrameOutcome.Reply(
                        new ServerFrame.Ack(frame.envelope().id(), target, acked.messageId(), acked.position())),
                why -> FrameOutcome.refused(why, target));
    }

    private void removed(Connection from, ClientFrame.RemoveUser frame) {
        audit.event(from.client()
                .event(EventName.ROOM_CHANGED, from.identified())
                .action(frame.type())
                .detail(REMOVED)
                .resource(frame.roomId().value() + "/" + frame.userId().value()));
    }
}
