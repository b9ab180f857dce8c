package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.broadcast.direct.ConversationQuery;
import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;

/** Handles frames about inboxes. */
public final class DirectHandler {
    private final CutoffGate gate;
    private final DirectMessages messages;
    private final HistoryHandler history;
    private final Metrics metrics;

    public DirectHandler(CutoffGate gate, DirectMessages messages, HistoryHandler history, Metrics metrics) {
        this.gate = gate;
        this.messages = messages;
        this.history = history;
        this.metrics = metrics;
    }

    Future<FrameOutcome> send(Connection from, ClientFrame.ChatMessage frame, FrameDeadline deadline) {
        return messages.send(from.sender(), frame, deadline.leftToAnswer(), gate.fence(from))
                .onSuccess(result -> MessageHandler.recordTime(result, deadline, metrics))
                .map(result -> MessageHandler.answer(frame, new Target.ToUser(frame.recipientId()), result));
    }

    Future<FrameOutcome> edit(Connection from, ClientFrame.EditMessage frame, FrameDeadline deadline) {
        return messages.edit(from.sender(), frame, deadline.leftToAnswer(), gate.fence(from))
                .map(result -> MessageHandler.answer(frame, frame.target(), result));
    }

    Future<FrameOutcome> delete(Connection from, ClientFrame.DeleteMessage frame, FrameDeadline deadline) {
        boolean ofAnyAuthor = from.sender().role() == Role.ADMIN;
        return messages.delete(from.sender(), frame, ofAnyAuthor, deadline.leftToAnswer(), gate.fence(from))
                .map(result -> MessageHandler.answer(frame, frame.target(), result));
    }

    /** Reads a conversation in the sender's own inbox, and in no other. */
    Future<FrameOutcome> history(Connection from, ClientFrame.History frame, UserId other, FrameDeadline deadline) {
        ConversationQuery query =
                new ConversationQuery(from.sender().userId(), other, frame.before(), frame.after(), frame.limit());
        return history.read(from, frame, deadline, () -> messages.conversation(query, deadline.leftToAnswer()));
    }

    /** Acknowledges entries that were sent on this connection; others can't be acknowledged. */
    Future<FrameOutcome> acknowledge(Connection from, ClientFrame.InboxAck frame, FrameDeadline deadline) {
        return from.inbox()
                .upTo(frame.inboxSeq())
                .map(position -> acknowledge(from, position, deadline))
                .orElseGet(() -> succeededFuture(FrameOutcome.None.NONE));
    }

    private Future<FrameOutcome> acknowledge(Connection from, Position upTo, FrameDeadline deadline) {
        return messages.acknowledge(InboxDelivery.owner(from), upTo, deadline.leftToAnswer())
                .map(any -> {
                    from.inbox().acknowledged(upTo);
                    return FrameOutcome.None.NONE;
                });
    }
}
