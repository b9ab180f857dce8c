package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.broadcast.direct.ConversationQuery;
import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;

/** Handles frames about inboxes. */
public final class DirectHandler {
    private final DirectMessages messages;
    private final HistoryHandler history;

    public DirectHandler(DirectMessages messages, HistoryHandler history) {
        this.messages = messages;
        this.history = history;
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
