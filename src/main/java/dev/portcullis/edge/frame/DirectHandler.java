package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Target;
import io.vertx.core.Future;

/** Frames about inboxes. */
public final class DirectHandler {
    private final CutoffGate gate;
    private final DirectMessages messages;
    private final Metrics metrics;

    public DirectHandler(CutoffGate gate, DirectMessages messages, Metrics metrics) {
        this.gate = gate;
        this.messages = messages;
        this.metrics = metrics;
    }

    Future<FrameOutcome> send(Connection from, ClientFrame.ChatMessage frame, FrameDeadline deadline) {
        return messages.send(from.sender(), frame, deadline.leftToAnswer(), gate.fence(from))
                .onSuccess(result -> recordTime(result, deadline))
                .map(result -> MessageHandler.answer(frame, new Target.ToUser(frame.recipientId()), result));
    }

    /** Only what this connection was sent can be acknowledged. */
    Future<FrameOutcome> acknowledge(Connection from, ClientFrame.InboxAck frame, FrameDeadline deadline) {
        return from.inbox()
                .upTo(frame.inboxSeq())
                .map(position -> acknowledge(from, position, deadline))
                .orElseGet(() -> succeededFuture(FrameOutcome.None.NONE));
    }

    private Future<FrameOutcome> acknowledge(Connection from, Position upTo, FrameDeadline deadline) {
        return messages.acknowledge(InboxDelivery.owner(from), upTo, deadline.leftToAnswer())
                .map(any -> {
                    from.inbox().acknowledged(upTo.seq());
                    return FrameOutcome.None.NONE;
                });
    }

    /** Refusals are left out, as for messages to rooms. */
    private void recordTime(PublishResult result, FrameDeadline deadline) {
        if (result instanceof PublishResult.Acked) {
            metrics.publishTimed(deadline.elapsedNanos());
        }
    }
}
