package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.Permission;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.protocol.Target;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.rooms.RoomAuthorizer.RemovalVerdict;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/** Frames that append an entry to a stream: each is answered with the position of its entry. */
public final class MessageHandler {
    private static final long TIDY_MS = 1_000;

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

    Future<FrameOutcome> publish(
            Connection from, ClientFrame.Chat frame, Permission permission, FrameDeadline deadline) {
        return broadcaster
                .publish(from.sender(), frame, permission, deadline.leftToAnswer(), gate.fence(from))
                .onSuccess(result -> published(from, frame.roomId(), result, deadline, metrics))
                .map(result -> answer(frame, new Target.ToRoom(frame.roomId()), result));
    }

    Future<FrameOutcome> removeUser(Connection from, ClientFrame.RemoveUser frame, FrameDeadline deadline) {
        Supplier<Future<RemovalVerdict>> permission =
                () -> rooms.authorizeRemoval(from.sender(), frame.roomId(), frame.userId());
        return permission
                .get()
                .compose(permitted -> permitted
                        .verdict()
                        .fold(
                                () -> bar(from, frame, permitted, permission, deadline),
                                why -> succeededFuture(FrameOutcome.refused(why, new Target.ToRoom(frame.roomId())))));
    }

    /** Bars the user, which takes effect over every grant, and ends the membership with it. */
    private Future<FrameOutcome> bar(
            Connection from,
            ClientFrame.RemoveUser frame,
            RemovalVerdict permitted,
            Supplier<Future<RemovalVerdict>> again,
            FrameDeadline deadline) {
        return broadcaster
                .remove(
                        from.sender(),
                        frame,
                        new Permission(
                                permitted.verdict().permit(), () -> again.get().map(RemovalVerdict::verdict)),
                        deadline.leftToAnswer(),
                        gate.fence(from))
                .map(result -> {
                    if (result instanceof PublishResult.Acked) {
                        removed(from, frame, permitted.name());
                    }
                    return answer(frame, new Target.ToRoom(frame.roomId()), result);
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

    private void removed(Connection from, ClientFrame.RemoveUser frame, Optional<String> name) {
        audit.event(from.client()
                .event(EventName.ROOM_CHANGED, from.identified())
                .action(frame.type())
                .detail(REMOVED)
                .resource(frame.roomId().value() + "/" + frame.userId().value()));
        var unused =
                rooms.tidyLists(frame.roomId(), frame.userId(), from.sender().userId(), name, TIDY_MS);
    }
}
