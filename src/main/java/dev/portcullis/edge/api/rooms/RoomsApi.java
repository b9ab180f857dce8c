package dev.portcullis.edge.api.rooms;

import dev.portcullis.edge.api.ApiAudit;
import dev.portcullis.edge.api.LimitedCalls;
import dev.portcullis.edge.api.rooms.RoomAnswers.Change;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomAdministration;
import dev.portcullis.rooms.RoomCommand;
import dev.portcullis.rooms.RoomOutcome;
import dev.portcullis.rooms.RoomOutcome.Done;
import dev.portcullis.rooms.directory.Room.Visibility;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/** Serves the calls below {@code /api/rooms}. Each counts for its user like a frame. */
public final class RoomsApi {
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int STANDARD_PAGE = 50;

    private final RoomStages stages;
    private final RoomRemoval removal;
    private final LimitedCalls calls;
    private final RoomAnswers answers;
    private final LongSupplier clock;

    /** @param clock the clock that all nodes share */
    public RoomsApi(RoomStages stages, ApiAudit audit, LongSupplier clock) {
        this.stages = stages;
        this.calls = new LimitedCalls(stages.limiter(), audit);
        this.answers = new RoomAnswers(calls, audit);
        this.removal = new RoomRemoval(stages, answers, clock);
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

    private void list(ApiRequest request, Sender by) {
        Optional<String> after = request.textIn("cursor");
        if (!after.map(RoomAdministration::isPlace).orElse(true)) {
            request.refuse(HttpRefusal.INVALID_PARAMETER, List.of(new Violation("/cursor", "format")));
            return;
        }
        stages.rooms()
                .list(by.userId(), after, limit(request))
                .onSuccess(page -> send(request, OK, RoomBody.of(page)))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private void create(ApiRequest request, Sender by) {
        Optional<String> chosen = request.body().textIn("roomId");
        RoomId room = new RoomId(chosen.orElseGet(() -> UUID.randomUUID().toString()));
        LongFunction<RoomCommand> command = notAfter -> new RoomCommand.Create(
                by,
                room,
                chosen.isPresent(),
                request.body().text("name"),
                Visibility.of(request.body().text("visibility")).orElseThrow(),
                clock.getAsLong(),
                notAfter);
        change(request, by, command, done -> {
            answers.changed(request, by, Change.CREATED, room.value());
            send(request, CREATED, RoomBody.of(done.room().orElseThrow()));
        });
    }

    private void read(ApiRequest request, Sender by) {
        Optional<String> after = request.textIn("cursor");
        if (!after.map(UserId::isValid).orElse(true)) {
            request.refuse(HttpRefusal.INVALID_PARAMETER, List.of(new Violation("/cursor", "format")));
            return;
        }
        answer(
                request,
                by,
                stages.rooms().read(by, RoomPath.room(request), after.map(UserId::new), limit(request)),
                done -> send(request, OK, RoomBody.of(done.room().orElseThrow(), done)));
    }

    private void update(ApiRequest request, Sender by) {
        RoomId room = RoomPath.room(request);
        Optional<String> name = request.body().textIn("name");
        Optional<String> topic = request.body().textIn("topic");
        change(request, by, notAfter -> new RoomCommand.Update(by, room, name, topic, notAfter), done -> {
            answers.changed(request, by, Change.UPDATED, room.value());
            send(request, OK, RoomBody.of(done.room().orElseThrow()));
        });
    }

    private void putMember(ApiRequest request, Sender by) {
        RoomRole role = RoomRole.of(request.body().text("role")).orElseThrow();
        RoomId room = RoomPath.room(request);
        UserId user = RoomPath.user(request);
        LongFunction<RoomCommand> command = notAfter -> new RoomCommand.PutMember(by, room, user, role, notAfter);
        change(request, by, command, done -> {
            if (done.invited()) {
                answers.invited(request, by, RoomPath.resource(request), role);
            } else {
                answers.done(request, by, Change.MEMBER, RoomPath.resource(request));
            }
        });
    }

    private void invitations(ApiRequest request, Sender by) {
        stages.rooms()
                .invitations(by.userId())
                .onSuccess(open -> send(request, OK, RoomBody.of(open)))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private void accept(ApiRequest request, Sender by) {
        RoomId room = RoomPath.room(request);
        Optional<RoomRole> role = request.textIn("role").flatMap(RoomRole::of);
        change(
                request,
                by,
                notAfter -> new RoomCommand.Accept(by, room, notAfter, role),
                done -> answers.done(request, by, Change.ACCEPTED, room.value()));
    }

    private void decline(ApiRequest request, Sender by) {
        RoomId room = RoomPath.room(request);
        change(
                request,
                by,
                notAfter -> new RoomCommand.Decline(by, room, notAfter),
                done -> answers.done(request, by, Change.DECLINED, room.value()));
    }

    private void mute(ApiRequest request, Sender by) {
        long ms = TimeUnit.SECONDS.toMillis(request.body().number("seconds"));
        change(
                request,
                by,
                mute(request, by, ms),
                done -> answers.done(request, by, Change.MUTED, RoomPath.resource(request)));
    }

    private void unmute(ApiRequest request, Sender by) {
        change(
                request,
                by,
                mute(request, by, 0),
                done -> answers.done(request, by, Change.UNMUTED, RoomPath.resource(request)));
    }

    private static LongFunction<RoomCommand> mute(ApiRequest request, Sender by, long ms) {
        RoomId room = RoomPath.room(request);
        UserId user = RoomPath.user(request);
        return notAfter -> new RoomCommand.Mute(by, room, user, ms, notAfter);
    }

    private void change(ApiRequest request, Sender by, LongFunction<RoomCommand> command, Consumer<Done> then) {
        answer(request, by, stages.rooms().change(command), then);
    }

    private void answer(ApiRequest request, Sender by, Future<RoomOutcome> outcome, Consumer<Done> then) {
        outcome.onSuccess(result -> result.fold(
                        done -> {
                            then.accept(done);
                            return true;
                        },
                        why -> {
                            answers.refuse(request, by, why);
                            return true;
                        }))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private static void send(ApiRequest request, int status, Buffer body) {
        var unused = request.send(status, HttpResponses.JSON, body);
    }

    private static int limit(ApiRequest request) {
        return request.numberIn("limit").map(Math::toIntExact).orElse(STANDARD_PAGE);
    }
}
