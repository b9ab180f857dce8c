package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.Publication;
import dev.portcullis.broadcast.Publication.Amendment;
import dev.portcullis.broadcast.Publication.Event;
import dev.portcullis.broadcast.Publication.Notification;
import dev.portcullis.broadcast.Publication.Post;
import dev.portcullis.broadcast.Publication.Removal;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.broadcast.PublishResult.Acked;
import dev.portcullis.broadcast.PublishTime;
import dev.portcullis.broadcast.RenewablePermit;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.membership.MembershipEnd;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.rooms.RoomAuthorizer.DeletionVerdict;
import io.vertx.core.Future;
import java.util.Optional;

/** Handles frames that publish: each is answered with the position of its entry. */
public final class PublishHandler {
    /** The name of a removal in the log, as over HTTP. */
    private static final String REMOVED = "removed";

    private final CutoffGate gate;
    private final RoomAuthorizer rooms;
    private final MembershipEnd ends;
    private final Broadcaster broadcaster;
    private final Metrics metrics;
    private final Audit audit;

    public PublishHandler(
            CutoffGate gate,
            RoomAuthorizer rooms,
            MembershipEnd ends,
            Broadcaster broadcaster,
            Metrics metrics,
            Audit audit) {
        this.gate = gate;
        this.rooms = rooms;
        this.ends = ends;
        this.broadcaster = broadcaster;
        this.metrics = metrics;
        this.audit = audit;
    }

    Future<FrameOutcome> post(
            Connection from, ClientFrame frame, Post post, RenewablePermit permission, FrameDeadline deadline) {
        return publish(from, frame, post, permission, deadline)
                .onSuccess(result -> {
                    if (result instanceof Acked acked) {
                        posted(from, post.target(), acked, deadline);
                    }
                })
                .map(result -> answer(frame, post, result));
    }

    /** Records the time of an ack. The time of a refusal would hide how long an ack takes. */
    private void posted(Connection from, Target target, Acked acked, FrameDeadline deadline) {
        metrics.time(Metric.PUBLISH, deadline.elapsedNanos());
        Optional<RoomId> room = target.fold(Optional::of, user -> Optional.empty());
        room.ifPresent(id -> from.subscriptions().acked(id, acked.position().seq()));
    }

    Future<FrameOutcome> amend(
            Connection from,
            ClientFrame frame,
            Amendment amendment,
            RenewablePermit permission,
            FrameDeadline deadline) {
        return publish(from, frame, amendment, permission, deadline).map(result -> answer(frame, amendment, result));
    }

    /** Authorizes the deletion first: its answer says whose messages the sender may delete. */
    Future<FrameOutcome> delete(Connection from, ClientFrame.DeleteMessage frame, RoomId room, FrameDeadline deadline) {
        return rooms.authorizeDeletion(from.sender(), room)
                .compose(given -> given.verdict()
                        .fold(
                                () -> delete(from, frame, room, given, deadline),
                                why -> succeededFuture(FrameOutcome.refused(why, frame.target()))));
    }

    /**
     * Answers a refusal with the reason of the authorization. The store knows only that the message has another author, and not
     * why the sender may delete none of theirs.
     */
    private Future<FrameOutcome> delete(
            Connection from,
            ClientFrame.DeleteMessage frame,
            RoomId room,
            DeletionVerdict given,
            FrameDeadline deadline) {
        Amendment deletion = Amendment.of(frame, given.ofAnyAuthor());
        return publish(from, frame, deletion, permission(from, room, given), deadline)
                .map(result -> result.equals(PublishResult.refused(Reason.FORBIDDEN))
                        ? FrameOutcome.refused(
                                given.whyNotOfOthers().orElse(Rejection.of(Reason.FORBIDDEN)), frame.target())
                        : answer(frame, deletion, result));
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

    Future<FrameOutcome> removeUser(Connection from, ClientFrame.RemoveUser frame, FrameDeadline deadline) {
        Removal removal = Removal.of(frame);
        return ends.remove(from.sender(), removal, frame.envelope().id(), () -> Optional.of(time(from, deadline)))
                .map(ended -> {
                    if (ended.result() instanceof Acked) {
                        audit.event(from.client()
                                .event(EventName.ROOM_CHANGED, from.identified())
                                .action(frame.type())
                                .detail(REMOVED)
                                .resource(frame.roomId().value() + "/"
                                        + frame.userId().value()));
                    }
                    return answer(frame, removal, ended.result());
                });
    }

    /** Notifies every open session of an admin's text. */
    Future<FrameOutcome> notifyAll(Connection from, ClientFrame.SystemBroadcast frame, FrameDeadline deadline) {
        Notification notification = new Notification(frame.content());
        return publish(from, frame, notification, RenewablePermit.UNCONDITIONAL, deadline)
                .map(result -> {
                    if (result instanceof Acked acked) {
                        audit.event(from.client()
                                .event(EventName.ADMIN_NOTIFIED, from.identified())
                                .resource(acked.messageId()));
                    }
                    return answer(frame, notification, result);
                });
    }

    /** Sends an event that is not stored to the connected users. */
    Future<FrameOutcome> send(Connection from, ClientFrame.Event frame, Event event) {
        return broadcaster
                .sendUnstored(from.sender(), event)
                .map(verdict -> verdict.fold(
                        () -> new FrameOutcome.Reply(
                                new ServerFrame.Sent(frame.envelope().id(), frame.target())),
                        why -> FrameOutcome.refused(why, frame.target())));
    }

    private Future<PublishResult> publish(
            Connection from, ClientFrame frame, Publication what, RenewablePermit permission, FrameDeadline deadline) {
        return broadcaster.publish(from.sender(), what, frame.envelope().id(), permission, time(from, deadline));
    }

    private PublishTime time(Connection from, FrameDeadline deadline) {
        return new PublishTime(deadline.leftToAnswer(), gate.fence(from));
    }

    private static FrameOutcome answer(ClientFrame frame, Publication what, PublishResult result) {
        return result.fold(
                acked -> new FrameOutcome.Reply(
                        new ServerFrame.Ack(frame.envelope().id(), what.to(), acked.messageId(), acked.position())),
                why -> what.to()
                        .map(target -> FrameOutcome.refused(why, target))
                        .orElseGet(() -> FrameOutcome.refused(why)));
    }
}
