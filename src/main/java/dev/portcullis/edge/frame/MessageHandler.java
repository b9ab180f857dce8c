package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.protocol.Target;
import dev.portcullis.rooms.RoomAuthorizer;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frames that append an entry to a stream: each is answered with the position of its entry. */
public final class MessageHandler {
    private static final Logger LOG = LoggerFactory.getLogger(MessageHandler.class);

    /** The part of a removal's time that is kept for taking the membership away. */
    private static final long MEMBERSHIP_REMOVAL_MS = 1_000;

    /** As a removal over HTTP is named. */
    private static final String REMOVED = "removed";

    private final CutoffGate gate;
    private final RoomAuthorizer rooms;
    private final Broadcaster broadcaster;
    private final Metrics metrics;
    private final Audit audit;

    public MessageHandler(
            CutoffGate gate, RoomAuthorizer rooms, Broadcaster broadcaster, Metrics metrics, Audit audit) {
        this.gate = gate;
        this.rooms = rooms;
        this.broadcaster = broadcaster;
        this.metrics = metrics;
        this.audit = audit;
    }

    Future<FrameOutcome> publish(Connection from, ClientFrame.Chat frame, FrameDeadline deadline) {
        return broadcaster
                .publish(from.sender(), frame, deadline.leftToAnswer(), gate.fence(from))
                .onSuccess(result -> recordTime(result, deadline))
                .map(result -> answer(frame, new Target.ToRoom(frame.roomId()), result));
    }

    /** Authorizes the removal first: of an owner it takes the membership, which the last one keeps. */
    Future<FrameOutcome> removeUser(Connection from, ClientFrame.RemoveUser frame, FrameDeadline deadline) {
        return rooms.authorizeRemoval(from.sender(), frame.roomId(), frame.userId())
                .compose(verdict -> verdict.fold(
                        () -> bar(from, frame, deadline),
                        why -> succeededFuture(FrameOutcome.refused(why, new Target.ToRoom(frame.roomId())))));
    }

    /** Bars the user, which takes effect over every grant, and then takes the membership away. */
    private Future<FrameOutcome> bar(Connection from, ClientFrame.RemoveUser frame, FrameDeadline deadline) {
        return broadcaster
                .remove(from.sender(), frame, deadline.leftToAnswer() - MEMBERSHIP_REMOVAL_MS, gate.fence(from))
                .compose(result -> result.fold(acked -> removed(from, frame), why -> Future.<Void>succeededFuture())
                        .map(any -> answer(frame, new Target.ToRoom(frame.roomId()), result)));
    }

    /** Refusals are left out: how long they take would hide how long an ack takes. */
    private void recordTime(PublishResult result, FrameDeadline deadline) {
        if (result instanceof PublishResult.Acked) {
            metrics.publishTimed(deadline.elapsedNanos());
        }
    }

    static FrameOutcome answer(ClientFrame frame, Target target, PublishResult result) {
        return result.fold(
                acked -> new FrameOutcome.Reply(
                        new ServerFrame.Ack(frame.envelope().id(), target, acked.messageId(), acked.position())),
                why -> FrameOutcome.refused(why, target));
    }

    private Future<Void> removed(Connection from, ClientFrame.RemoveUser frame) {
        audit.event(from.client()
                .event(EventName.ROOM_CHANGED, from.identified())
                .action(frame.type())
                .detail(REMOVED)
                .resource(frame.roomId().value() + "/" + frame.userId().value()));
        return removeMember(frame);
    }

    /** The bar is in force whether or not this succeeds. */
    private Future<Void> removeMember(ClientFrame.RemoveUser frame) {
        return rooms.removeMember(frame.roomId(), frame.userId(), MEMBERSHIP_REMOVAL_MS)
                .onFailure(failure -> LOG.atWarn()
                        .addKeyValue("event", "rooms.member.removal.failed")
                        .log("a membership outlasts its removal; while the bar holds it is of no use"))
                .recover(failure -> succeededFuture());
    }
}
