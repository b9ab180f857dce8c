package dev.portcullis.edge.frame;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.EventName;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.ServerFrame;
import io.vertx.core.Future;
import java.util.Optional;

/** Handles an admin's notification to every open session: it is acknowledged once every node is sure to learn of it. */
public final class NotificationHandler {
    private final CutoffGate gate;
    private final Broadcaster broadcaster;
    private final Audit audit;

    public NotificationHandler(CutoffGate gate, Broadcaster broadcaster, Audit audit) {
        this.gate = gate;
        this.broadcaster = broadcaster;
        this.audit = audit;
    }

    Future<FrameOutcome> tellAll(Connection from, ClientFrame.SystemBroadcast frame, FrameDeadline deadline) {
        return broadcaster
                .tellAll(from.sender(), frame, deadline.leftToAnswer(), gate.fence(from))
                .map(result -> result.fold(acked -> acked(from, frame, acked), FrameOutcome::refused));
    }

    private FrameOutcome acked(Connection from, ClientFrame.SystemBroadcast frame, PublishResult.Acked acked) {
        audit.event(
                from.client().event(EventName.ADMIN_NOTIFIED, from.identified()).resource(acked.messageId()));
        return new FrameOutcome.Reply(
                new ServerFrame.Ack(frame.envelope().id(), Optional.empty(), acked.messageId(), acked.position()));
    }
}
