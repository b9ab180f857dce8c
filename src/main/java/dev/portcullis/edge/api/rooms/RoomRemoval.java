package dev.portcullis.edge.api.rooms;

import dev.portcullis.broadcast.Publication.Detachment;
import dev.portcullis.broadcast.Publication.Removal;
import dev.portcullis.broadcast.PublishFence;
import dev.portcullis.broadcast.PublishTime;
import dev.portcullis.broadcast.RenewablePermit;
import dev.portcullis.edge.api.LimitedCalls;
import dev.portcullis.edge.api.rooms.RoomAnswers.Change;
import dev.portcullis.edge.membership.MembershipEnd.Ended;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomCommand;
import dev.portcullis.rooms.RoomRefusal;
import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Handles calls that end subscriptions: an entry of the room's stream ends them on every node. A membership ends in the same
 * step. The deletion of a room is recorded before its entry is written. A call that was answered 503 may or may not be done; a
 * repeat completes it, and is answered as if it were the first.
 */
final class RoomRemoval {
    /** The longest wait for an answer: a client waits no longer for a frame, and so for a call. */
    private static final long ANSWER_MS = 4_000;

    /** How often the room may get another owner before a leave is refused. */
    private static final int HAND_OVERS = 3;

    /**
     * The refusals of a leave after which the room may get another owner. A room that its last member left does not exist any
     * more, which the member may not have heard.
     */
    private static final Set<RoomRefusal> MAY_HAND_OVER = EnumSet.of(RoomRefusal.LAST_OWNER, RoomRefusal.NOT_FOUND);

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

    /** Leaves the room. The user's other sessions are told the name that the room had while the user was a member. */
    private void leave(ApiRequest request, Sender by, RoomId room) {
        leave(request, by, room, HAND_OVERS);
    }

    private void leave(ApiRequest request, Sender by, RoomId room, int handOvers) {
        Future<Ended> ended = stages.ends().leave(by, room, () -> time(request));
        answer(request, by, ended, Change.LEFT, why -> stay(request, by, room, why, handOvers));
    }

    private void stay(ApiRequest request, Sender by, RoomId room, RoomRefusal why, int handOvers) {
        if (MAY_HAND_OVER.contains(why) && handOvers > 0) {
            handOver(request, by, room, handOvers - 1);
        } else {
            answers.refuse(request, by, why);
        }
    }

    /** Gives the room another owner, and leaves. Others may leave too, so that the room is without a second owner again. */
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
                                leave(request, by, room, handOvers); // another user came or went meanwhile
                            } else {
                                answers.refuse(request, by, why);
                            }
                            return true;
                        }))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private void deleted(ApiRequest request, Sender by, RoomId room, Change what) {
        stages.broadcaster()
                .publish(
                        by,
                        new Detachment(room, Optional.empty()),
                        Optional.empty(),
                        RenewablePermit.UNCONDITIONAL,
                        time())
                .onSuccess(result -> result.fold(
                        acked -> {
                            answers.done(request, by, what, room.value());
                            return true;
                        },
                        why -> {
                            answers.refuse(request, by, RoomRefusal.of(why));
                            return true;
                        }))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private void remove(ApiRequest request, Sender by, RoomId room, UserId target) {
        Removal removal = new Removal(room, target, Optional.empty());
        Future<Ended> ended = stages.ends().remove(by, removal, Optional.empty(), () -> time(request));
        answer(request, by, ended, Change.REMOVED, why -> answers.refuse(request, by, why));
    }

    /** The node may have stood still since the call was admitted. */
    private Optional<PublishTime> time(ApiRequest request) {
        return Optional.of(time()).filter(any -> !request.mayHaveWaited());
    }

    private PublishTime time() {
        return new PublishTime(ANSWER_MS, PublishFence.until(clock.getAsLong() + ANSWER_MS));
    }

    private void answer(
            ApiRequest request, Sender by, Future<Ended> ended, Change what, Consumer<RoomRefusal> refused) {
        ended.onSuccess(end -> end.result()
                        .fold(
                                acked -> {
                                    end.tidied()
                                            .onSuccess(
                                                    any -> answers.done(request, by, what, RoomPath.resource(request)));
                                    return true;
                                },
                                why -> {
                                    refused.accept(RoomRefusal.of(why));
                                    return true;
                                }))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }
}
