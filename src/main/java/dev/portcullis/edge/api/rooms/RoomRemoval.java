package dev.portcullis.edge.api.rooms;

import dev.portcullis.broadcast.Permission;
import dev.portcullis.broadcast.PublishFence;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.edge.api.LimitedCalls;
import dev.portcullis.edge.api.rooms.RoomAnswers.Change;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.protocol.ClientFrame.Envelope;
import dev.portcullis.protocol.ClientFrame.RemoveUser;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomAuthorizer.RemovalVerdict;
import dev.portcullis.rooms.RoomCommand;
import dev.portcullis.rooms.RoomRefusal;
import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Calls that end subscriptions: an entry of the room's stream does that on every node. A membership ends in the same step. The
 * deletion of a room is recorded before its entry is written. A call that was answered 503 may or may not be done; the same one
 * again completes it, and is answered as if it were the first.
 */
final class RoomRemoval {
    /** A client waits for no frame longer, and for no call either. */
    private static final long ANSWER_MS = 4_000;

    /** How often another owner is made before a leave is refused. */
    private static final int HAND_OVERS = 3;

    /** A room that its last member left is none, which they may not have heard. */
    private static final Set<RoomRefusal> MAY_HAND_OVER = EnumSet.of(RoomRefusal.LAST_OWNER, RoomRefusal.NOT_FOUND);

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
                            deleted(request, by, room, Change.DELETED);
                            return true;
                        },
                        why -> {
                            answers.refuse(request, by, why);
                            return true;
                        }))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    void deleteMember(ApiRequest request, Sender by) {
        RoomId room = RoomPath.room(request);
        UserId target = RoomPath.user(request);
        if (target.equals(by.userId())) {
            leave(request, by, room);
        } else {
            remove(request, by, room, target);
        }
    }

    /** The other sessions of the user are told under the name that the room had while they were a member. */
    private void leave(ApiRequest request, Sender by, RoomId room) {
        leave(request, by, room, HAND_OVERS);
    }

    private void leave(ApiRequest request, Sender by, RoomId room, int handOvers) {
        stages.members()
                .authorizeLeave(by, room)
                .compose(permitted -> permitted
                        .verdict()
                        .fold(
                                () -> request.mayHaveWaited()
                                        ? Future.succeededFuture(PublishResult.refused(Reason.UNAVAILABLE))
                                        : leave(by, room, permitted),
                                why -> Future.succeededFuture(new PublishResult.Refused(why)))
                        .onSuccess(result -> result.fold(
                                acked -> {
                                    ended(request, by, by.userId(), permitted.name(), Change.LEFT);
                                    return true;
                                },
                                why -> {
                                    stay(request, by, room, RoomRefusal.of(why), handOvers);
                                    return true;
                                })))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private Future<PublishResult> leave(Sender by, RoomId room, RemovalVerdict permitted) {
        Permission permission = new Permission(
                permitted.verdict().permit(),
                () -> stages.members().authorizeLeave(by, room).map(RemovalVerdict::verdict));
        return stages.broadcaster().leave(by.userId(), room, permission, ANSWER_MS);
    }

    private void stay(ApiRequest request, Sender by, RoomId room, RoomRefusal why, int handOvers) {
        if (MAY_HAND_OVER.contains(why) && handOvers > 0) {
            handOver(request, by, room, handOvers - 1);
        } else {
            answers.refuse(request, by, why);
        }
    }

    /** Others may leave too, so that the room is without a second owner again. */
    private void handOver(ApiRequest request, Sender by, RoomId room, int handOvers) {
        stages.rooms()
                .change(notAfter -> new RoomCommand.HandOver(by, room, notAfter))
                .onSuccess(outcome -> outcome.fold(
                        done -> {
                            if (done.room().isPresent()) {
                                leave(request, by, room, handOvers);
                            } else {
                                deleted(request, by, room, Change.LEFT);
                            }
                            return true;
                        },
                        why -> {
                            if (why == RoomRefusal.CHANGED && handOvers > 0) {
                                leave(request, by, room, handOvers); // somebody came or went meanwhile
                            } else {
                                answers.refuse(request, by, why);
                            }
                            return true;
                        }))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private void deleted(ApiRequest request, Sender by, RoomId room, Change what) {
        answer(
                request,
                by,
                stages.broadcaster().detachAll(by.userId(), room, ANSWER_MS),
                () -> answers.done(request, by, what, room.value()));
    }

    private void remove(ApiRequest request, Sender by, RoomId room, UserId target) {
        stages.members()
                .authorizeRemoval(by, room, target)
                .onSuccess(permitted -> answer(
                        request,
                        by,
                        permitted
                                .verdict()
                                .fold(
                                        () -> request.mayHaveWaited()
                                                ? Future.succeededFuture(PublishResult.refused(Reason.UNAVAILABLE))
                                                : remove(by, room, target, permitted),
                                        why -> Future.succeededFuture(new PublishResult.Refused(why))),
                        () -> ended(request, by, target, permitted.name(), Change.REMOVED)))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private Future<PublishResult> remove(Sender by, RoomId room, UserId target, RemovalVerdict permitted) {
        return stages.broadcaster()
                .remove(
                        by,
                        new RemoveUser(Envelope.EMPTY, room, target, Optional.empty()),
                        new Permission(
                                permitted.verdict().permit(),
                                () -> stages.members()
                                        .authorizeRemoval(by, room, target)
                                        .map(RemovalVerdict::verdict)),
                        ANSWER_MS,
                        PublishFence.until(clock.getAsLong() + ANSWER_MS));
    }

    private void ended(ApiRequest request, Sender by, UserId user, Optional<String> name, Change what) {
        stages.members()
                .tidyLists(RoomPath.room(request), user, by.userId(), name, TIDY_MS)
                .onSuccess(any -> answers.done(request, by, what, RoomPath.resource(request)));
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
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }
}
