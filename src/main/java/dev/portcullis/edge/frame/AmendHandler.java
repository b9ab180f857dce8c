package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.broadcast.RenewablePermit;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.rooms.RoomAuthorizer.DeletionVerdict;
import io.vertx.core.Future;

/** Handles edits and deletions of messages: each is answered with the position of its entry. The store knows the author. */
public final class AmendHandler {
    private final CutoffGate gate;
    private final RoomAuthorizer rooms;
    private final Broadcaster broadcaster;

    public AmendHandler(CutoffGate gate, RoomAuthorizer rooms, Broadcaster broadcaster) {
        this.gate = gate;
        this.rooms = rooms;
        this.broadcaster = broadcaster;
    }

    Future<FrameOutcome> edit(
            Connection from, ClientFrame.EditMessage frame, RenewablePermit permission, FrameDeadline deadline) {
        return broadcaster
                .edit(from.sender(), frame, permission, deadline.leftToAnswer(), gate.fence(from))
                .map(result -> answer(frame, frame.target(), result));
    }

    /** Authorizes the deletion first: its answer says whose messages the sender may delete. */
    Future<FrameOutcome> delete(Connection from, ClientFrame.DeleteMessage frame, RoomId room, FrameDeadline deadline) {
        return rooms.authorizeDeletion(from.sender(), room)
                .compose(deletion -> deletion.verdict()
                        .fold(
                                () -> broadcaster
                                        .delete(
                                                from.sender(),
                                                frame,
                                                deletion.ofAnyAuthor(),
                                                permission(from, room, deletion),
                                                deadline.leftToAnswer(),
                                                gate.fence(from))
                                        .map(result -> answer(frame, result, deletion)),
                                why -> succeededFuture(FrameOutcome.refused(why, frame.target()))));
    }

    /**
     * The permission to delete. If the sender's right to delete messages of others came or went since, the frame must be
     * repeated: it is another deletion.
     */
    private RenewablePermit permission(Connection from, RoomId room, DeletionVerdict given) {
        return new RenewablePermit(
                given.verdict().permit(),
                () -> rooms.authorizeDeletion(from.sender(), room)
                        .map(next -> next.ofAnyAuthor() == given.ofAnyAuthor()
                                ? next.verdict()
                                : Verdict.refused(Reason.UNAVAILABLE)));
    }

    private static FrameOutcome answer(ClientFrame frame, Target target, PublishResult result) {
        return result.fold(acked -> done(frame, target, acked), why -> FrameOutcome.refused(why, target));
    }

    /**
     * Answers with the reason of the authorization. The store knows only that the message has another author, and not why the
     * sender may delete none of theirs.
     */
    private static FrameOutcome answer(
            ClientFrame.DeleteMessage frame, PublishResult result, DeletionVerdict deletion) {
        return result.fold(
                acked -> done(frame, frame.target(), acked),
                why -> FrameOutcome.refused(
                        why.equals(Rejection.of(Reason.FORBIDDEN))
                                ? deletion.whyNotOfOthers().orElse(why)
                                : why,
                        frame.target()));
    }

    private static FrameOutcome done(ClientFrame frame, Target target, PublishResult.Acked acked) {
        return new FrameOutcome.Reply(
                new ServerFrame.Ack(frame.envelope().id(), target, acked.messageId(), acked.position()));
    }
}
