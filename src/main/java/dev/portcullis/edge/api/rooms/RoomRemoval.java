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
import dev.portcullis.rooms.RoomRefusal;
import dev.portcullis.rooms.directory.RoomRole;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Calls that end subscriptions: an entry of the room's stream does that on every node. A membership ends in the same step. The
 * deletion of a room is recorded before its entry is written. A call that was answered 503 may or may not be done; the same one
 * again completes it, and is answered as if it were the first.
 */
final class RoomRemoval {
    /** A client waits for no frame longer, and for no call either. */
    private static final long ANSWER_MS = 4_000;

    private static final long TIDY_MS = 1_000;

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
        stages.rooms()
                .change(notAfter -> new RoomCommand.Delete(by, room, notAfter))
                .onSuccess(outcome -> outcome.fold(
                        granted -> {
                            answer(
                                    request,
                                    by,
                                    stages.broadcaster().detach(by.userId(), room, Optional.empty(), ANSWER_MS),
                                    () -> answers.done(request, by, Change.DELETED, room.value()));
                            return true;
                        },
                        why -> {
                            answers.refuse(request, by, why);
                            return true;
                        }))
                .onFailure(failure -> answers.unavailable(request, failure));
    }

    void deleteMember(ApiRequest request, Sender by) {
        RoomId room = RoomPath.room(request);
        UserId target = RoomPath.user(request);
        boolean leaves = target.equals(by.userId());
        Future<PublishResult> ended = leaves
                ? stages.broadcaster().detach(target, room, Optional.of(target), ANSWER_MS)
                : remove(by, room, target);
        answer(
                request,
                by,
                ended,
                () -> stages.members()
                        .tidyLists(room, target, by.userId(), TIDY_MS)
                        .onSuccess(any -> answers.done(
                                request, by, leaves ? Change.LEFT : Change.REMOVED, RoomPath.resource(request))));
    }

    private Future<PublishResult> remove(Sender by, RoomId room, UserId target) {
        return stages.members()
                .authorizeRemoval(by, room, target)
                .compose(permitted -> permitted
                        .verdict()
                        .fold(
                                () -> stages.broadcaster()
                                        .remove(
                                                by,
                                                new RemoveUser(Envelope.EMPTY, room, target, Optional.empty()),
                                                permitted.role().map(RoomRole::id),
                                                ANSWER_MS,
                                                PublishFence.until(clock.getAsLong() + ANSWER_MS)),
                                why -> Future.succeededFuture(new PublishResult.Refused(why))));
    }

    private void answer(ApiRequest request, Sender by, Future<PublishResult> ended, Runnable done) {
        ended.onSuccess(result -> result.fold(
                        acked -> {
                            done.run();
                            return true;
                        },
                        why -> {
                            answers.refuse(request, by, RoomRefusal.of(why));
                            return true;
                        }))
                .onFailure(failure -> answers.unavailable(request, failure));
    }
}
