package dev.portcullis.edge.api.rooms;

import dev.portcullis.broadcast.PublishFence;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.edge.api.rooms.RoomAnswers.Change;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.protocol.ClientFrame.Envelope;
import dev.portcullis.protocol.ClientFrame.RemoveUser;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomCommand;
import dev.portcullis.rooms.RoomOutcome;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Calls that end subscriptions: an entry of the room's stream does that on every node. The rooms' stage decides first. Where the entry
 * can't be written in time the call is answered 503; what was decided holds then, since each frame is judged by it.
 */
final class RoomRemoval {
    /** A client waits for no frame longer, and for no call either. */
    private static final long ANSWER_MS = 4_000;

    private static final long MEMBERSHIP_MS = 1_000;

    private final RoomStages stages;
    private final RoomAnswers answers;
    private final LongSupplier clock;

    RoomRemoval(RoomStages stages, RoomAnswers answers, LongSupplier clock) {
        this.stages = stages;
        this.answers = answers;
        this.clock = clock;
    }

    void deleteRoom(ApiRequest request, Sender by) {
        RoomId room = RoomPath.room(request);
        run(
                request,
                by,
                new RoomCommand.Delete(by, room),
                () -> stages.broadcaster().detach(by.userId(), room, Optional.empty(), ANSWER_MS),
                () -> answers.done(request, by, Change.DELETED, room.value()));
    }

    void deleteMember(ApiRequest request, Sender by) {
        RoomId room = RoomPath.room(request);
        UserId target = RoomPath.user(request);
        if (target.equals(by.userId())) {
            run(
                    request,
                    by,
                    new RoomCommand.Leave(by, room),
                    () -> stages.broadcaster().detach(target, room, Optional.of(target), ANSWER_MS),
                    () -> answers.done(request, by, Change.LEFT, RoomPath.resource(request)));
        } else {
            run(
                    request,
                    by,
                    new RoomCommand.Release(by, room, target),
                    () -> remove(by, room, target),
                    () -> answers.done(request, by, Change.REMOVED, RoomPath.resource(request)));
        }
    }

    /** The bar is in force from the entry on, whether or not the membership can be taken away at once. */
    private Future<PublishResult> remove(Sender by, RoomId room, UserId target) {
        return stages.broadcaster()
                .remove(
                        by,
                        new RemoveUser(Envelope.EMPTY, room, target, Optional.empty()),
                        ANSWER_MS,
                        PublishFence.until(clock.getAsLong() + ANSWER_MS))
                .compose(result -> result.fold(
                        acked -> stages.members()
                                .removeMember(room, target, MEMBERSHIP_MS)
                                .transform(any -> Future.succeededFuture(result)),
                        why -> Future.succeededFuture(result)));
    }

    private void run(
            ApiRequest request, Sender by, RoomCommand command, Supplier<Future<PublishResult>> entry, Runnable done) {
        stages.rooms()
                .change(command)
                .onSuccess(outcome -> decided(request, by, outcome, entry, done))
                .onFailure(failure -> answers.unavailable(request, failure));
    }

    private void decided(
            ApiRequest request, Sender by, RoomOutcome outcome, Supplier<Future<PublishResult>> entry, Runnable done) {
        outcome.fold(
                granted -> {
                    entry.get()
                            .onSuccess(result -> written(request, by, result, done))
                            .onFailure(failure -> answers.unavailable(request, failure));
                    return true;
                },
                why -> {
                    answers.refuse(request, by, why);
                    return true;
                });
    }

    private void written(ApiRequest request, Sender by, PublishResult result, Runnable done) {
        result.fold(
                acked -> {
                    done.run();
                    return true;
                },
                why -> {
                    answers.refuse(request, by, why);
                    return true;
                });
    }
}
