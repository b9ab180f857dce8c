package dev.portcullis.edge.api.rooms;

import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.Publication.Detachment;
import dev.portcullis.broadcast.Publication.Removal;
import dev.portcullis.broadcast.PublishFence;
import dev.portcullis.broadcast.PublishTime;
import dev.portcullis.broadcast.RenewablePermit;
import dev.portcullis.edge.api.ApiCall;
import dev.portcullis.edge.api.rooms.RoomAnswers.Change;
import dev.portcullis.edge.membership.MembershipEnd;
import dev.portcullis.edge.membership.MembershipEnd.Ended;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomAdministration;
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

    private final RoomAdministration rooms;
    private final MembershipEnd ends;
    private final Broadcaster broadcaster;
    private final LongSupplier clock;

    RoomRemoval(RoomAdministration rooms, MembershipEnd ends, Broadcaster broadcaster, LongSupplier clock) {
        this.rooms = rooms;
        this.ends = ends;
        this.broadcaster = broadcaster;
        this.clock = clock;
    }

    void deleteRoom(ApiCall call) {
        RoomId room = call.room();
        RoomAnswers.then(
                call,
                rooms.change(notAfter -> new RoomCommand.Delete(call.by(), room, notAfter)),
                granted -> deleted(call, room, Change.DELETED),
                why -> RoomAnswers.refuse(call, why));
    }

    void deleteMember(ApiCall call) {
        RoomId room = call.room();
        UserId target = call.other();
        if (target.equals(call.user())) {
            leave(call, room, HAND_OVERS);
        } else {
            remove(call, room, target);
        }
    }

    /** Leaves the room. The user's other sessions are told the name that the room had while the user was a member. */
    private void leave(ApiCall call, RoomId room, int handOvers) {
        answer(
                call,
                ends.leave(call.by(), room, () -> time(call)),
                Change.LEFT,
                why -> stay(call, room, why, handOvers));
    }

    private void stay(ApiCall call, RoomId room, RoomRefusal why, int handOvers) {
        if (MAY_HAND_OVER.contains(why) && handOvers > 0) {
            handOver(call, room, handOvers - 1);
        } else {
            RoomAnswers.refuse(call, why);
        }
    }

    /** Gives the room another owner, and leaves. Others may leave too, so that the room is without a second owner again. */
    private void handOver(ApiCall call, RoomId room, int handOvers) {
        RoomAnswers.then(
                call,
                rooms.change(notAfter -> new RoomCommand.HandOver(call.by(), room, notAfter)),
                done -> {
                    if (done.room().isPresent()) {
                        leave(call, room, handOvers);
                    } else {
                        deleted(call, room, Change.LEFT);
                    }
                },
                why -> {
                    if (why == RoomRefusal.CHANGED && handOvers > 0) {
                        leave(call, room, handOvers); // another user came or went meanwhile
                    } else {
                        RoomAnswers.refuse(call, why);
                    }
                });
    }

    private void deleted(ApiCall call, RoomId room, Change what) {
        Detachment all = new Detachment(room, Optional.empty());
        call.then(
                broadcaster.publish(call.by(), all, Optional.empty(), RenewablePermit.UNCONDITIONAL, time()),
                result -> result.<Runnable>fold(
                                acked -> () -> RoomAnswers.done(call, what, room.value()),
                                why -> () -> RoomAnswers.refuse(call, RoomRefusal.of(why)))
                        .run());
    }

    private void remove(ApiCall call, RoomId room, UserId target) {
        Removal removal = new Removal(room, target, Optional.empty());
        answer(
                call,
                ends.remove(call.by(), removal, Optional.empty(), () -> time(call)),
                Change.REMOVED,
                why -> RoomAnswers.refuse(call, why));
    }

    /** The node may have stood still since the call was admitted. */
    private Optional<PublishTime> time(ApiCall call) {
        return Optional.of(time()).filter(any -> !call.request().mayHaveWaited());
    }

    private PublishTime time() {
        return new PublishTime(ANSWER_MS, PublishFence.until(clock.getAsLong() + ANSWER_MS));
    }

    private static void answer(ApiCall call, Future<Ended> ended, Change what, Consumer<RoomRefusal> refused) {
        call.then(
                ended,
                end -> end.result()
                        .<Runnable>fold(
                                acked -> () -> end.tidied()
                                        .onSuccess(any -> RoomAnswers.done(call, what, RoomAnswers.memberOf(call))),
                                why -> () -> refused.accept(RoomRefusal.of(why)))
                        .run());
    }
}
