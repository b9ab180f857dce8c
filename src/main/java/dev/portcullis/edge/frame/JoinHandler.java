package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.HistoryQuery;
import dev.portcullis.broadcast.HistoryResult;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameFailures;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.LoopSubscribers;
import dev.portcullis.edge.connection.ReplyReservations;
import dev.portcullis.edge.connection.ReplyWriter;
import dev.portcullis.edge.frame.PendingJoin.JoinRequest;
import dev.portcullis.edge.frame.UpcomingJoins.UpcomingJoin;
import dev.portcullis.edge.presence.LoopPresence;
import dev.portcullis.edge.presence.PresenceWatch;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.delivery.StreamHub;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Joins rooms one after the other. The entries that a client missed in a room follow in frames, and none is put together before
 * the client has taken the frame before, so a slow reader holds one. The client decides how long that takes: each frame has a
 * deadline of its own, and the connection's next frame waits for the final one.
 *
 * <p>The permissions of a few rooms are asked for at once, and the node subscribes to those rooms at once: with Redis, each of the
 * two is then one call.
 */
public final class JoinHandler {
    private final CutoffGate gate;
    private final RoomAuthorizer rooms;
    private final ReplyWriter replies;
    private final int roomsPerConnection;
    private final LoopPresence presence;
    private final Broadcaster broadcaster;
    private final PendingJoin.Shared shared;

    public JoinHandler(
            CutoffGate gate,
            RoomAuthorizer rooms,
            StreamHub hub,
            LoopSubscribers subscriptions,
            LoopPresence presence,
            ReplyWriter replies,
            TimerWheel timers,
            int roomsPerConnection,
            ReplyReservations reservations,
            Broadcaster broadcaster,
            int partBytes) {
        this.gate = gate;
        this.broadcaster = broadcaster;
        this.rooms = rooms;
        this.replies = replies;
        this.presence = presence;
        this.roomsPerConnection = roomsPerConnection;
        this.shared = new PendingJoin.Shared(gate, hub, subscriptions, timers, reservations, partBytes);
    }

    PendingJoin.Shared shared() {
        return shared;
    }

    /** @param asked the permissions of the first rooms, if they were asked for already */
    Future<FrameOutcome> join(
            Connection from, ClientFrame.Join frame, Optional<AskedPermissions> asked, FrameDeadline deadline) {
        return joinAll(from, frame.envelope().id(), frame.rooms(), asked, deadline);
    }

    /**
     * Answers for all rooms of a frame that was refused before its first room was checked. A limit concerns the frame as a whole,
     * and a client over its limits is not sent more for it.
     *
     * @return the answer for the last room
     */
    FrameOutcome refused(Connection from, ClientFrame.Join frame, FrameOutcome.Refused refusal) {
        List<ClientFrame.RoomJoin> requests = frame.rooms();
        int last = requests.size() - 1;
        boolean limited = refusal.why().fold(limit -> true, failed -> false);
        if (refusal.roomId().isPresent() || (limited && last > 0)) {
            return refusal;
        }
        for (ClientFrame.RoomJoin request : requests.subList(0, last)) {
            replies.write(
                    from,
                    about(FrameOutcome.refused(refusal.why()), frame.envelope().id(), request));
        }
        return about(refusal, frame.envelope().id(), requests.get(last));
    }

    private static FrameOutcome about(FrameOutcome outcome, Optional<String> id, ClientFrame.RoomJoin request) {
        return outcome.to(id)
                .in(request.roomId())
                .about(FrameType.JOIN, Optional.of(request.roomId().value()));
    }

    private Future<FrameOutcome> joinAll(
            Connection from,
            Optional<String> id,
            List<ClientFrame.RoomJoin> requests,
            Optional<AskedPermissions> asked,
            FrameDeadline deadline) {
        return upcoming(from, requests.subList(0, Math.min(requests.size(), AskedPermissions.MOST)), asked, deadline)
                .compose(
                        upcoming -> next(from, id, requests, upcoming, deadline).onComplete(any -> upcoming.abandon()));
    }

    private Future<FrameOutcome> next(
            Connection from,
            Optional<String> id,
            List<ClientFrame.RoomJoin> requests,
            UpcomingJoins upcoming,
            FrameDeadline deadline) {
        ClientFrame.RoomJoin request = requests.get(0);
        Future<FrameOutcome> outcome = one(from, id, request, upcoming.next(), deadline)
                .recover(failure -> succeededFuture(FrameFailures.outcomeOf(failure, FrameType.JOIN)))
                .map(answer -> about(answer, id, request));
        if (requests.size() == 1) {
            return outcome;
        }
        return outcome.compose(answer -> {
                    replies.write(from, answer);
                    return from.replayTaken();
                })
                .compose(any -> {
                    if (from.isClosing()) {
                        return succeededFuture(FrameOutcome.None.NONE);
                    }
                    List<ClientFrame.RoomJoin> left = requests.subList(1, requests.size());
                    if (upcoming.hasNext()) {
                        return next(from, id, left, upcoming, FrameDeadline.fromNow());
                    }
                    upcoming.abandon();
                    return joinAll(from, id, left, Optional.empty(), FrameDeadline.fromNow());
                });
    }

    /**
     * Asks for the permissions of the next rooms, unless that was done, and subscribes to those that the user may join. Of a single
     * room both are done in its turn. Never fails.
     */
    private Future<UpcomingJoins> upcoming(
            Connection from,
            List<ClientFrame.RoomJoin> requests,
            Optional<AskedPermissions> asked,
            FrameDeadline deadline) {
        return requests.size() == 1 && asked.isEmpty()
                ? succeededFuture(unknown(requests))
                : gate.awaitFresh(from, FrameType.JOIN, deadline)
                        .compose(
                                verdict -> verdict.fold(
                                        () -> known(
                                                from,
                                                requests,
                                                asked.orElseGet(() -> AskedPermissions.ask(rooms, from, requests))),
                                        why -> succeededFuture(unknown(requests))),
                                failure -> succeededFuture(unknown(requests)));
    }

    private static UpcomingJoins unknown(List<ClientFrame.RoomJoin> requests) {
        UpcomingJoins upcoming = new UpcomingJoins(FrameDeadline.fromNow());
        requests.forEach(any -> upcoming.add(UpcomingJoin.UNKNOWN));
        return upcoming;
    }

    private Future<UpcomingJoins> known(
            Connection from, List<ClientFrame.RoomJoin> requests, AskedPermissions permissions) {
        return Future.join(permissions.permissions()).transform(any -> {
            UpcomingJoins upcoming = new UpcomingJoins(permissions.asked());
            for (int i = 0; i < requests.size(); i++) {
                ClientFrame.RoomJoin request = requests.get(i);
                Optional<Verdict> permission =
                        UpcomingJoin.known(permissions.permissions().get(i));
                upcoming.add(new UpcomingJoin(
                        permission,
                        permission
                                .filter(verdict -> verdict.fold(() -> true, why -> false)
                                        && requests.size() > 1
                                        && maySubscribe(from, request, upcoming))
                                .map(granted -> ahead(from, request, upcoming.subscriptions()))));
            }
            return succeededFuture(upcoming);
        });
    }

    /** Whether the connection may have one more room before the turn of this one. The newest messages are read in that turn. */
    private boolean maySubscribe(Connection from, ClientFrame.RoomJoin request, UpcomingJoins upcoming) {
        RoomId room = request.roomId();
        int sooner = from.subscriptions().count() + upcoming.subscriptions();
        return !from.isClosing()
                && (request.since().isPresent() || request.tail() == 0)
                && (from.subscriptions().isIn(room) || sooner < roomsPerConnection);
    }

    private PendingJoin ahead(Connection from, ClientFrame.RoomJoin request, int sooner) {
        return PendingJoin.ahead(shared, from, requestOf(from, Optional.empty(), request, Optional.empty()), sooner);
    }

    private Future<FrameOutcome> one(
            Connection from,
            Optional<String> id,
            ClientFrame.RoomJoin request,
            UpcomingJoin upcoming,
            FrameDeadline deadline) {
        return gate.awaitFresh(from, FrameType.JOIN, deadline) // a list of rooms may take long
                .compose(verdict -> verdict.fold(
                        () -> upcoming.permission()
                                .map(Future::succeededFuture)
                                .orElseGet(mayJoin(from, request.roomId())),
                        why -> succeededFuture(verdict)))
                .map(verdict -> verdict.fold(() -> room(from, request.roomId()), Verdict::refused))
                .compose(verdict -> verdict.fold(
                        () -> subscribe(from, id, request, upcoming.pending(), deadline),
                        why -> succeededFuture(FrameOutcome.refused(why))))
                .onComplete(any -> upcoming.pending().ifPresent(PendingJoin::abandonUnlessBegun));
    }

    /**
     * Subscribes, with the presence if the client wants it and may see it. A user who may join may still not be permitted to know
     * who is there.
     */
    private Future<FrameOutcome> subscribe(
            Connection from,
            Optional<String> id,
            ClientFrame.RoomJoin request,
            Optional<PendingJoin> pending,
            FrameDeadline deadline) {
        return request.presence()
                ? rooms.authorize(from.sender(), FrameType.PRESENCE, request.roomId())
                        .compose(verdict -> verdict.fold(
                                () -> watch(from, id, request, pending, deadline),
                                why -> subscribeUnshown(from, id, request, pending, deadline)))
                : subscribeUnshown(from, id, request, pending, deadline);
    }

    private Future<FrameOutcome> subscribeUnshown(
            Connection from,
            Optional<String> id,
            ClientFrame.RoomJoin request,
            Optional<PendingJoin> pending,
            FrameDeadline deadline) {
        presence.ignore(from, request.roomId());
        return begin(from, requestOf(from, id, request, Optional.empty()), pending, deadline);
    }

    /** Subscribes a client that wants the changes of a room, and first shows it who is there. */
    private Future<FrameOutcome> watch(
            Connection from,
            Optional<String> id,
            ClientFrame.RoomJoin request,
            Optional<PendingJoin> pending,
            FrameDeadline deadline) {
        return presence.watch(from, request.roomId())
                .compose(watch -> begin(from, requestOf(from, id, request, Optional.of(watch)), pending, deadline)
                        .onComplete(any -> watch.endUnlessShown()));
    }

    private Future<FrameOutcome> begin(
            Connection from, JoinRequest request, Optional<PendingJoin> pending, FrameDeadline deadline) {
        return pending.map(join -> join.begin(request, deadline))
                .orElseGet(() -> new PendingJoin(shared, from, request).begin(deadline));
    }

    private JoinRequest requestOf(
            Connection from, Optional<String> id, ClientFrame.RoomJoin request, Optional<PresenceWatch> watch) {
        return ofRoom(from, id, request, watch, newest(from, request), mayJoin(from, request.roomId()));
    }

    /** Subscribes to a joined room again, without a frame to the client. Completes with whether the client may stay. */
    Future<Boolean> rejoin(Connection from, RoomId room, FrameDeadline deadline) {
        JoinRequest request = new JoinRequest(
                StreamName.room(room),
                Optional.empty(),
                Optional.empty(),
                nothingMissed -> {},
                lossNotice(from, room),
                mayJoin(from, room));
        return new PendingJoin(shared, from, request).begin(deadline).map(FrameOutcome.None.NONE::equals);
    }

    static JoinRequest ofRoom(
            Connection from,
            Optional<String> id,
            ClientFrame.RoomJoin request,
            Optional<PresenceWatch> watch,
            Optional<LongFunction<Future<Optional<HistoryResult.Page>>>> newest,
            Supplier<Future<Verdict>> permission) {
        RoomId room = request.roomId();
        return new JoinRequest(
                StreamName.room(room),
                request.since(),
                newest,
                missed -> {
                    boolean more = missed.slice().more();
                    Optional<PresenceWatch> last = watch.filter(any -> !more);
                    from.replay(new ServerFrame.Joined(
                            id,
                            room,
                            missed.slice().head(),
                            missed.recovered(),
                            missed.messages(),
                            more,
                            last.flatMap(PresenceWatch::members),
                            OptionalLong.of(missed.readSeq())));
                    last.ifPresent(PresenceWatch::shown);
                },
                lossNotice(from, room),
                permission);
    }

    /** Reads the newest messages. A user who may join but not read the history gets none. */
    private Optional<LongFunction<Future<Optional<HistoryResult.Page>>>> newest(
            Connection from, ClientFrame.RoomJoin request) {
        HistoryQuery query = HistoryQuery.newest(
                from.sender().userId(),
                StreamName.room(request.roomId()),
                request.tail(),
                from.sender().role() == Role.ADMIN);
        return request.tail() == 0
                ? Optional.empty()
                : Optional.of(withinMs -> rooms.authorize(from.sender(), FrameType.HISTORY, request.roomId())
                        .compose(verdict -> verdict.fold(
                                () -> broadcaster
                                        .history(query, withinMs)
                                        .map(result -> result.fold(Optional::of, why -> Optional.empty())),
                                why -> succeededFuture(Optional.empty()))));
    }

    private Supplier<Future<Verdict>> mayJoin(Connection from, RoomId room) {
        return () -> rooms.authorize(from.sender(), FrameType.JOIN, room);
    }

    private static Consumer<Position> lossNotice(Connection from, RoomId room) {
        return now -> from.send(new ServerFrame.Joined(
                Optional.empty(), room, now, false, JsonMessages.NONE, false, Optional.empty(), OptionalLong.empty()));
    }

    private Verdict room(Connection from, RoomId roomId) {
        return from.subscriptions().isIn(roomId) || from.subscriptions().count() < roomsPerConnection
                ? Verdict.GRANTED
                : Verdict.refused(Reason.CONFLICT);
    }
}
