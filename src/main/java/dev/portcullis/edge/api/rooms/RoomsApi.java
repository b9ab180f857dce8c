package dev.portcullis.edge.api.rooms;

import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.edge.api.ApiCall;
import dev.portcullis.edge.api.ApiCalls;
import dev.portcullis.edge.api.rooms.RoomAnswers.Change;
import dev.portcullis.edge.membership.MembershipEnd;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomAdministration;
import dev.portcullis.rooms.RoomCommand;
import dev.portcullis.rooms.RoomOutcome;
import dev.portcullis.rooms.RoomOutcome.Done;
import dev.portcullis.rooms.RoomRefusal;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.RetainResult;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/** Serves the calls below {@code /api/rooms}. Each counts for its user like a frame. */
public final class RoomsApi {
    private static final int CREATED = 201;
    private static final int STANDARD_PAGE = 50;
    private static final int REPEATS = 3;

    private final RoomAdministration rooms;
    private final RoomRemoval removal;
    private final Broadcaster broadcaster;
    private final ApiCalls calls;
    private final LongSupplier clock;

    /** @param clock the clock that all nodes share */
    public RoomsApi(
            RoomAdministration rooms, MembershipEnd ends, Broadcaster broadcaster, ApiCalls calls, LongSupplier clock) {
        this.rooms = rooms;
        this.removal = new RoomRemoval(rooms, ends, broadcaster, clock);
        this.broadcaster = broadcaster;
        this.calls = calls;
        this.clock = clock;
    }

    public RouterBuilder bind(RouterBuilder router) {
        return router.bind("listRooms", calls.like(FrameType.JOIN, this::list))
                .bind("createRoom", calls.like(FrameType.JOIN, this::create))
                .bind("getRoom", calls.like(FrameType.JOIN, this::read))
                .bind("updateRoom", calls.like(FrameType.REMOVE_USER, this::update))
                .bind("deleteRoom", calls.like(FrameType.REMOVE_USER, removal::deleteRoom))
                .bind("putMember", calls.like(FrameType.JOIN, this::putMember))
                .bind("deleteMember", calls.like(FrameType.REMOVE_USER, removal::deleteMember))
                .bind("listInvitations", calls.like(FrameType.JOIN, this::invitations))
                .bind("acceptInvitation", calls.like(FrameType.JOIN, this::accept))
                .bind("declineInvitation", calls.like(FrameType.REMOVE_USER, this::decline))
                .bind("putMute", calls.like(FrameType.REMOVE_USER, this::mute))
                .bind("deleteMute", calls.like(FrameType.REMOVE_USER, this::unmute));
    }

    private void list(ApiCall call) {
        Optional<String> after = call.request().textIn("cursor");
        if (after.map(RoomAdministration::isPlace).orElse(true)) {
            call.then(rooms.list(call.user(), after, limit(call)), page -> call.send(RoomBody.of(page)));
        } else {
            refuseCursor(call);
        }
    }

    private void create(ApiCall call) {
        Fields body = call.body();
        Optional<String> chosen = body.textIn("roomId");
        RoomId room = new RoomId(chosen.orElseGet(() -> UUID.randomUUID().toString()));
        LongFunction<RoomCommand> command = notAfter -> new RoomCommand.Create(
                call.by(),
                room,
                chosen.isPresent(),
                body.text("name"),
                Visibility.of(body.text("visibility")).orElseThrow(),
                clock.getAsLong(),
                notAfter);
        change(call, command, done -> {
            RoomAnswers.changed(call, Change.CREATED, room.value());
            call.send(CREATED, RoomBody.of(done.room().orElseThrow()));
        });
    }

    private void read(ApiCall call) {
        Optional<String> after = call.request().textIn("cursor");
        if (after.map(UserId::isValid).orElse(true)) {
            answer(
                    call,
                    rooms.read(call.by(), call.room(), after.map(UserId::new), limit(call)),
                    done -> call.send(RoomBody.of(done.room().orElseThrow(), done)));
        } else {
            refuseCursor(call);
        }
    }

    private static void refuseCursor(ApiCall call) {
        call.request().refuse(HttpRefusal.INVALID_PARAMETER, List.of(new Violation("/cursor", "format")));
    }

    private void update(ApiCall call) {
        update(call, REPEATS);
    }

    /** @param left how often it is begun again, where others change the room at the same time */
    private void update(ApiCall call, int left) {
        RoomId room = call.room();
        Optional<String> name = call.body().textIn("name");
        Optional<String> topic = call.body().textIn("topic");
        Optional<OwnRetention> retention = retentionIn(call.body());
        change(call, notAfter -> new RoomCommand.Update(call.by(), room, name, topic, notAfter, retention), done -> {
            Future<RetainResult> set = done.retention()
                    .map(permit -> broadcaster.retain(room, retention.orElseThrow(), permit))
                    .orElseGet(() -> Future.succeededFuture(RetainResult.DONE));
            call.then(set, result -> {
                if (result == RetainResult.DONE) {
                    RoomAnswers.changed(call, retention.isPresent() ? Change.RETAINED : Change.UPDATED, room.value());
                    call.send(RoomBody.of(done.room().orElseThrow()));
                } else if (left > 0) {
                    update(call, left - 1);
                } else {
                    RoomAnswers.refuse(call, RoomRefusal.CHANGED);
                }
            });
        });
    }

    private static Optional<OwnRetention> retentionIn(Fields body) {
        return body.isNull("retention")
                ? Optional.of(OwnRetention.NONE)
                : body.objectIn("retention").map(RoomsApi::retention);
    }

    private static OwnRetention retention(Fields fields) {
        return new OwnRetention(
                fields.numberIn("entries").orElse(0L), fields.numberIn("ageMs").orElse(0L));
    }

    private void putMember(ApiCall call) {
        RoomRole role = RoomRole.of(call.body().text("role")).orElseThrow();
        RoomId room = call.room();
        UserId user = call.other();
        LongFunction<RoomCommand> command =
                notAfter -> new RoomCommand.PutMember(call.by(), room, user, role, notAfter);
        change(call, command, done -> {
            if (done.invited()) {
                RoomAnswers.invited(call, RoomAnswers.memberOf(call), role);
            } else {
                RoomAnswers.done(call, Change.MEMBER, RoomAnswers.memberOf(call));
            }
        });
    }

    private void invitations(ApiCall call) {
        call.then(rooms.invitations(call.user()), open -> call.send(RoomBody.of(open)));
    }

    private void accept(ApiCall call) {
        RoomId room = call.room();
        Optional<RoomRole> role = call.request().textIn("role").flatMap(RoomRole::of);
        change(
                call,
                notAfter -> new RoomCommand.Accept(call.by(), room, notAfter, role),
                done -> RoomAnswers.done(call, Change.ACCEPTED, room.value()));
    }

    private void decline(ApiCall call) {
        RoomId room = call.room();
        change(
                call,
                notAfter -> new RoomCommand.Decline(call.by(), room, notAfter),
                done -> RoomAnswers.done(call, Change.DECLINED, room.value()));
    }

    private void mute(ApiCall call) {
        mute(call, TimeUnit.SECONDS.toMillis(call.body().number("seconds")), Change.MUTED);
    }

    private void unmute(ApiCall call) {
        mute(call, 0, Change.UNMUTED);
    }

    private void mute(ApiCall call, long ms, Change what) {
        RoomId room = call.room();
        UserId user = call.other();
        change(
                call,
                notAfter -> new RoomCommand.Mute(call.by(), room, user, ms, notAfter),
                done -> RoomAnswers.done(call, what, RoomAnswers.memberOf(call)));
    }

    private void change(ApiCall call, LongFunction<RoomCommand> command, Consumer<Done> then) {
        answer(call, rooms.change(command), then);
    }

    private static void answer(ApiCall call, Future<RoomOutcome> outcome, Consumer<Done> then) {
        RoomAnswers.then(call, outcome, then, why -> RoomAnswers.refuse(call, why));
    }

    private static int limit(ApiCall call) {
        return call.request().numberIn("limit").map(Math::toIntExact).orElse(STANDARD_PAGE);
    }
}
