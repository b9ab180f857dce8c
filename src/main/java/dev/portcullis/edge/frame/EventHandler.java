package dev.portcullis.edge.frame;

import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.RenewablePermit;
import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.ServerFrame;
import io.vertx.core.Future;

/** Handles events of the application: a stored one is appended like a message, another one is sent to the connected users. */
public final class EventHandler {
    private final CutoffGate gate;
    private final Broadcaster broadcaster;
    private final DirectMessages direct;
    private final Metrics metrics;

    public EventHandler(CutoffGate gate, Broadcaster broadcaster, DirectMessages direct, Metrics metrics) {
        this.gate = gate;
        this.broadcaster = broadcaster;
        this.direct = direct;
        this.metrics = metrics;
    }

    Future<FrameOutcome> publish(
            Connection from, ClientFrame.Event frame, RenewablePermit permission, FrameDeadline deadline) {
        return frame.target()
                .fold(
                        room -> broadcaster
                                .publish(from.sender(), frame, permission, deadline.leftToAnswer(), gate.fence(from))
                                .onSuccess(result -> MessageHandler.published(from, room, result, deadline, metrics)),
                        user -> direct.send(from.sender(), frame, deadline.leftToAnswer(), gate.fence(from))
                                .onSuccess(result -> MessageHandler.recordTime(result, deadline, metrics)))
                .map(result -> MessageHandler.answer(frame, frame.target(), result));
    }

    Future<FrameOutcome> send(Connection from, ClientFrame.Event frame) {
        return broadcaster
                .sendUnstored(from.sender(), frame)
                .map(verdict -> verdict.fold(
                        () -> new FrameOutcome.Reply(
                                new ServerFrame.Sent(frame.envelope().id(), frame.target())),
                        why -> FrameOutcome.refused(why, frame.target())));
    }
}
