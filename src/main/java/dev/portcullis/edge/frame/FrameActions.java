package dev.portcullis.edge.frame;

import static dev.portcullis.edge.frame.FrameAction.needing;
import static dev.portcullis.edge.frame.FrameAction.needingNothing;
import static dev.portcullis.edge.frame.FrameAction.refused;
import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.broadcast.Publication.Amendment;
import dev.portcullis.broadcast.Publication.Event;
import dev.portcullis.broadcast.Publication.Message;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.frame.FrameAction.Authorization;
import dev.portcullis.edge.presence.PresenceHandler;
import dev.portcullis.events.EventType;
import dev.portcullis.events.EventType.Source;
import dev.portcullis.events.EventTypes;
import dev.portcullis.protocol.ClientAction;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.EventAction;
import dev.portcullis.protocol.FrameAlias;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.rooms.RoomAction;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The table of frames: a row for each with its authorization and its effect. A frame without a row does not compile. */
public final class FrameActions implements ClientFrame.Cases<FrameAction> {
    private static final String HEALTHY = "ok";

    private final RoomAuthorizer rooms;
    private final JoinHandler joins;
    private final PublishHandler publications;
    private final HistoryHandler history;
    private final SearchHandler searches;
    private final InboxDelivery inboxes;
    private final TokenRefreshHandler renewals;
    private final UploadHandler uploads;
    private final PresenceHandler presence;
    private final EventTypes eventTypes;
    private final LongSupplier clock;

    public FrameActions(
            RoomAuthorizer rooms,
            JoinHandler joins,
            PublishHandler publications,
            HistoryHandler history,
            SearchHandler searches,
            InboxDelivery inboxes,
            TokenRefreshHandler renewals,
            UploadHandler uploads,
            PresenceHandler presence,
            EventTypes eventTypes,
            LongSupplier clock) {
        this.rooms = rooms;
        this.joins = joins;
        this.publications = publications;
        this.history = history;
        this.searches = searches;
        this.inboxes = inboxes;
        this.renewals = renewals;
        this.uploads = uploads;
        this.presence = presence;
        this.eventTypes = eventTypes;
        this.clock = clock;
    }

    @Override
    public FrameAction auth(ClientFrame.Auth frame) {
        return needingNothing().then((from, deadline) -> refused(Reason.CONFLICT));
    }

    /** The row of a join. Each room is authorized where it is joined, and has an answer of its own. */
    @Override
    public FrameAction join(ClientFrame.Join frame) {
        FirstRooms first = new FirstRooms(rooms, frame.rooms());
        return needingNothing()
                .then((from, deadline) -> joins.join(from, frame, first.asked(), deadline))
                .answeringRefusals((from, refusal) -> joins.refused(from, frame, refusal))
                .meanwhile(first::ask);
    }

    @Override
    public FrameAction leave(ClientFrame.Leave frame) {
        return needingNothing()
                .then((from, deadline) -> {
                    from.subscriptions().leave(StreamName.room(frame.roomId()));
                    return reply(new ServerFrame.Left(frame.envelope().id(), frame.roomId()));
                })
                .about(frame.roomId());
    }

    @Override
    public FrameAction chat(ClientFrame.Chat frame) {
        return needing(joinedAndMayAppend(FrameType.CHAT, frame.roomId()))
                .thenUnder((from, permission, deadline) ->
                        publications.post(from, frame, Message.of(frame), permission, deadline))
                .about(frame.roomId());
    }

    @Override
    public FrameAction history(ClientFrame.History frame) {
        return frame.target()
                .fold(
                        room -> history(frame, room, may(FrameType.HISTORY, room)),
                        user -> needing(mayTo(FrameType.HISTORY, user))
                                .then((from, deadline) -> history.read(from, frame, user, deadline))
                                .about(user.value()));
    }

    private FrameAction history(ClientFrame.History frame, RoomId room, Authorization permission) {
        return needing(permission)
                .then((from, deadline) ->
                        history.read(from, frame, StreamName.room(room), () -> permission.check(from), deadline))
                .about(room);
    }

    @Override
    public FrameAction search(ClientFrame.Search frame) {
        return searches.action(frame);
    }

    @Override
    public FrameAction removeUser(ClientFrame.RemoveUser frame) {
        return needingNothing()
                .then((from, deadline) -> publications.removeUser(from, frame, deadline))
                .about(frame.roomId());
    }

    @Override
    public FrameAction ping(ClientFrame.Ping frame) {
        return needingNothing()
                .then((from, deadline) ->
                        reply(new ServerFrame.Pong(frame.envelope().id(), clock.getAsLong())));
    }

    @Override
    public FrameAction healthCheck(ClientFrame.HealthCheck frame) {
        return needingNothing()
                .then((from, deadline) -> reply(new ServerFrame.Health(
                        frame.envelope().id(), HEALTHY, from.session().expiresAt(), clock.getAsLong())));
    }

    @Override
    public FrameAction tokenRefresh(ClientFrame.TokenRefresh frame) {
        return needingNothing().then((from, deadline) -> renewals.renew(from, frame, deadline));
    }

    @Override
    public FrameAction chatMessage(ClientFrame.ChatMessage frame) {
        return needing(mayTo(FrameType.CHAT_MESSAGE, frame.recipientId()))
                .thenUnder((from, permission, deadline) ->
                        publications.post(from, frame, Message.of(frame), permission, deadline))
                .about(frame.recipientId().value());
    }

    @Override
    public FrameAction editMessage(ClientFrame.EditMessage frame) {
        Authorization may = frame.target()
                .fold(room -> joinedAndMay(FrameType.EDIT_MESSAGE, room), user -> mayTo(FrameType.EDIT_MESSAGE, user));
        return needing(may)
                .thenUnder((from, permission, deadline) ->
                        publications.amend(from, frame, Amendment.of(frame), permission, deadline))
                .about(frame.target());
    }

    @Override
    public FrameAction deleteMessage(ClientFrame.DeleteMessage frame) {
        FrameAction action = frame.target()
                .fold(
                        room -> needing(joined(room))
                                .then((from, deadline) -> publications.delete(from, frame, room, deadline)),
                        user -> needing(mayTo(FrameType.DELETE_MESSAGE, user))
                                .thenUnder((from, permission, deadline) -> publications.amend(
                                        from,
                                        frame,
                                        Amendment.of(frame, from.sender().role() == Role.ADMIN),
                                        permission,
                                        deadline)));
        return action.about(frame.target());
    }

    @Override
    public FrameAction typingIndicator(ClientFrame.TypingIndicator frame) {
        Authorization may = frame.target()
                .fold(
                        room -> joinedAndMayType(room, frame.isTyping()),
                        user -> mayTo(FrameType.TYPING_INDICATOR, user));
        return needing(may)
                .then((from, deadline) -> presence.typing(from, frame.target(), frame.isTyping()))
                .about(frame.target());
    }

    @Override
    public FrameAction read(ClientFrame.Read frame) {
        return needing(joinedAndMay(FrameType.READ, frame.roomId()))
                .then((from, deadline) -> presence.read(from, frame))
                .about(frame.roomId());
    }

    @Override
    public FrameAction presence(ClientFrame.Presence frame) {
        Authorization permission = may(FrameType.PRESENCE, frame.roomId());
        return needing(permission)
                .then((from, deadline) -> presence.page(from, frame, () -> permission.check(from), deadline))
                .about(frame.roomId());
    }

    @Override
    public FrameAction systemBroadcast(ClientFrame.SystemBroadcast frame) {
        return needing(from -> rooms.authorizeAnywhere(from.sender(), RoomAction.SYSTEM_BROADCAST))
                .then((from, deadline) -> publications.notifyAll(from, frame, deadline));
    }

    @Override
    public FrameAction inboxAck(ClientFrame.InboxAck frame) {
        return needingNothing().then((from, deadline) -> inboxes.acknowledge(from, frame, deadline));
    }

    @Override
    public FrameAction fileUpload(ClientFrame.FileUpload frame) {
        return uploads.action(frame);
    }

    /**
     * The row of an event. Clients that send an event of the application's server are refused as if their role did not permit it.
     */
    @Override
    public FrameAction event(ClientFrame.Event frame) {
        EventType type = eventTypes.of(frame.event()).orElseThrow();
        FrameAction action = type.from() == Source.SERVER
                ? needing(from -> succeededFuture(Verdict.refused(Reason.FORBIDDEN)))
                        .then((from, deadline) -> refused(Reason.FORBIDDEN))
                : event(frame, type);
        return action.about(frame.target());
    }

    private FrameAction event(ClientFrame.Event frame, EventType type) {
        FrameAction.Needs needs = needing(maySend(frame.target(), type.role()));
        Event event = Event.of(frame.target(), frame.event(), frame.data(), frame.sent());
        return type.stored()
                ? needs.thenUnder(
                        (from, permission, deadline) -> publications.post(from, frame, event, permission, deadline))
                : needs.then((from, deadline) -> publications.send(from, frame, event));
    }

    private Authorization maySend(Target to, RoomRole least) {
        return to.fold(
                room -> from -> isJoined(from, room)
                        ? rooms.authorizeEvent(from.sender(), room, least)
                        : succeededFuture(Verdict.refused(Reason.NOT_MEMBER)),
                user -> from -> rooms.authorizeEvent(from.sender(), user, least));
    }

    /** The name of a frame in the log. */
    static ClientAction nameOf(ClientFrame frame, Optional<FrameAlias> alias) {
        return frame instanceof ClientFrame.Event event
                ? new EventAction(event.event())
                : alias.<ClientAction>map(each -> each).orElse(frame.type());
    }

    private Authorization may(FrameType action, RoomId room) {
        return from -> rooms.authorize(from.sender(), action, room);
    }

    private Authorization mayTo(FrameType action, UserId user) {
        return from -> rooms.authorizeDirect(from.sender(), action, user);
    }

    private Authorization joinedAndMay(FrameType action, RoomId room) {
        return joinedAnd(room, from -> rooms.authorize(from.sender(), action, room));
    }

    private Authorization joinedAndMayAppend(FrameType action, RoomId room) {
        return joinedAnd(room, from -> rooms.authorizeAppend(from.sender(), action, room))
                .orAgain(joinedAndMay(action, room));
    }

    private static Authorization joinedAnd(RoomId room, Authorization permission) {
        return from ->
                isJoined(from, room) ? permission.check(from) : succeededFuture(Verdict.refused(Reason.NOT_MEMBER));
    }

    /** Authorizes typing. A client whose user is muted while they type may still send that they ceased: it does nothing wrong. */
    private Authorization joinedAndMayType(RoomId room, boolean begins) {
        Authorization types = joinedAndMay(FrameType.TYPING_INDICATOR, room);
        return from -> types.check(from)
                .map(verdict ->
                        verdict.equals(Verdict.refused(Rejection.muted())) && !begins ? Verdict.GRANTED : verdict);
    }

    private static Authorization joined(RoomId room) {
        return from -> succeededFuture(isJoined(from, room) ? Verdict.GRANTED : Verdict.refused(Reason.NOT_MEMBER));
    }

    private static boolean isJoined(Connection from, RoomId room) {
        return from.subscriptions().isIn(room);
    }

    private static Future<FrameOutcome> reply(ServerFrame frame) {
        return succeededFuture(new FrameOutcome.Reply(frame));
    }
}
