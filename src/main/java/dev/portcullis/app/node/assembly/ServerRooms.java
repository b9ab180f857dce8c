package dev.portcullis.app.node.assembly;

import dev.portcullis.admin.RoomSummary;
import dev.portcullis.admin.ServerDirectory;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.Publication;
import dev.portcullis.broadcast.PublishFence;
import dev.portcullis.broadcast.PublishTime;
import dev.portcullis.broadcast.presence.PresenceAnswer;
import dev.portcullis.broadcast.presence.PresenceQuery;
import dev.portcullis.broadcast.presence.RoomPresence;
import dev.portcullis.broadcast.server.RoomConnections;
import dev.portcullis.broadcast.server.SystemMessage;
import dev.portcullis.bus.Bus;
import dev.portcullis.edge.membership.MembershipEnd;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomAdministration;
import dev.portcullis.rooms.RoomCommand;
import dev.portcullis.rooms.RoomOutcome;
import dev.portcullis.rooms.RoomRefusal;
import dev.portcullis.rooms.RoomView;
import dev.portcullis.rooms.directory.RoomStore.Member;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The rooms as the application's server sees them: through the stages, by the rules for an admin.
 *
 * @param clock the time in milliseconds
 */
record ServerRooms(
        Bus bus,
        RoomAdministration rooms,
        MembershipEnd ends,
        Broadcaster broadcaster,
        RoomPresence presence,
        int page,
        LongSupplier clock)
        implements ServerDirectory.Rooms {
    private static final Sender SERVER = SystemMessage.SERVER;
    private static final RoomOutcome UNKNOWN = RoomOutcome.refused(RoomRefusal.NOT_FOUND);
    private static final long ANSWER_MS = 4_000;
    private static final long PRESENCE_MS = 1_000;
    private static final long CONNECTIONS_MS = 1_000;
    private static final long SUMMARY_MS = 500;

    @Override
    public Future<RoomOutcome> read(RoomId room, Optional<UserId> after) {
        return rooms.read(SERVER, room, after, page)
                .compose(outcome -> outcome.equals(UNKNOWN)
                        ? rooms.members(room, after, page).map(members -> unrecorded(members, outcome))
                        : Future.succeededFuture(outcome));
    }

    /** A room that no user created, of which only members are kept. The stage shows it to these alone. */
    private RoomOutcome unrecorded(List<Member> members, RoomOutcome unknown) {
        return members.isEmpty() ? unknown : new RoomOutcome.Done(Optional.empty(), members, members.size() == page);
    }

    @Override
    public Future<Position> head(RoomId room) {
        return broadcaster.head(StreamName.room(room));
    }

    @Override
    public Future<RoomConnections.Total> connections(RoomId room) {
        return RoomConnections.of(bus, StreamName.room(room), CONNECTIONS_MS);
    }

    /** No bar concerns the server. */
    @Override
    public Future<PresenceAnswer> presence(RoomId room, Optional<UserId> after) {
        return presence.page(new PresenceQuery(room, after, PresenceQuery.MOST, Optional.empty()), PRESENCE_MS);
    }

    @Override
    public Future<RoomOutcome> put(RoomId room, UserId user, RoomRole role) {
        return rooms.change(notAfter -> new RoomCommand.PutMember(SERVER, room, user, role, notAfter));
    }

    @Override
    public Future<RoomSummary> summary(RoomId room) {
        Future<Optional<RoomView>> view = known(
                rooms.read(SERVER, room, Optional.empty(), 1),
                outcome -> outcome.fold(RoomOutcome.Done::room, why -> Optional.empty()));
        Future<Optional<Long>> seq = known(head(room), head -> Optional.of(head.seq()));
        Future<Optional<Integer>> present = known(
                presence.page(new PresenceQuery(room, Optional.empty(), 1, Optional.empty()), SUMMARY_MS),
                answer -> answer.fold(page -> Optional.of(page.count()), Optional::empty, Optional::empty));
        return Future.all(view, seq, present)
                .map(all -> new RoomSummary(
                        view.result().map(RoomView::name),
                        view.result().map(RoomView::visibility),
                        seq.result(),
                        present.result()));
    }

    private static <A, T> Future<Optional<T>> known(Future<A> asked, Function<A, Optional<T>> part) {
        return asked.timeout(SUMMARY_MS, TimeUnit.MILLISECONDS).map(part).otherwise(Optional.empty());
    }

    /**
     * Decided by the stage rooms, then done by the entry in the room's stream, as for a frame. The time for both begins before
     * the decision: the node may stand still between them.
     */
    @Override
    public Future<RoomOutcome> remove(RoomId room, UserId user) {
        long notAfter = clock.getAsLong() + ANSWER_MS;
        return ends.remove(
                        SERVER,
                        new Publication.Removal(room, user, Optional.empty()),
                        Optional.empty(),
                        () -> Optional.of(new PublishTime(ANSWER_MS, PublishFence.until(notAfter))))
                .compose(ended -> ended.result()
                        .fold(
                                acked -> ended.tidied().map(any -> RoomOutcome.DONE),
                                why -> Future.succeededFuture(RoomOutcome.refused(RoomRefusal.of(why)))));
    }
}
