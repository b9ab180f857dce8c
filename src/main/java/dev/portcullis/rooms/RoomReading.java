package dev.portcullis.rooms;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomDecision.Access;
import dev.portcullis.rooms.RoomDecision.Rule;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomStore.Member;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Shows a room to those who may enter it, and its members to members. */
final class RoomReading {
    private final RoomDecider decider;
    private final RoomDirectory directory;
    private final Live<RoomsConfig> config;
    private final int longest;

    RoomReading(RoomDecider decider, RoomDirectory directory, Live<RoomsConfig> config) {
        this.decider = decider;
        this.directory = directory;
        this.config = config;
        this.longest = config.get().limits().page();
    }

    Future<RoomOutcome> read(Sender by, RoomId room, Optional<UserId> after, int limit) {
        return decider.facts(by, room)
                .compose(facts -> decider.decide(by, RoomAction.JOIN, room, facts)
                        .compose(decision -> show(by, room, facts, decision, after, limit)));
    }

    private Future<RoomOutcome> show(
            Sender by, RoomId room, RoomFacts facts, RoomDecision decision, Optional<UserId> after, int limit) {
        if (decision.rule() == Rule.NO_ANSWER) {
            return refused(RoomRefusal.UNAVAILABLE);
        }
        boolean enters = decision.access().isPresent() && !facts.deleted();
        if (!enters || !exists(room, facts, decision)) {
            return refused(RoomRefusal.NOT_FOUND);
        }
        RoomView view = facts.room()
                .map(created -> RoomView.of(created, facts.membership()))
                .orElseGet(() -> RoomView.unrecorded(room, config.get().open().contains(room), facts.membership()));
        if (decision.access().equals(Optional.of(Access.ADMIN))) {
            return members(room, after, limit, view);
        }
        return facts.membership().isPresent()
                ? members(room, after, limit, view).compose(shown -> ifStillMember(by, room, shown))
                : Future.succeededFuture(RoomOutcome.shown(view));
    }

    /** Whether the room exists. An admin may enter under any id, but is not shown a room that does not exist. */
    private boolean exists(RoomId room, RoomFacts facts, RoomDecision decision) {
        return facts.room().isPresent()
                || facts.membership().isPresent()
                || config.get().open().contains(room)
                || !decision.access().equals(Optional.of(Access.ADMIN));
    }

    private Future<RoomOutcome> members(RoomId room, Optional<UserId> after, int limit, RoomView view) {
        int most = Math.max(1, Math.min(limit, longest));
        return directory.members(room, after, most + 1).map(found -> {
            List<Member> page = found.subList(0, Math.min(most, found.size()));
            return new RoomOutcome.Done(Optional.of(view), List.copyOf(page), found.size() > most);
        });
    }

    /**
     * Shows the room only if the asker is still a member. A user who left before the members were read must not see members who
     * came later (CWE-367).
     */
    private Future<RoomOutcome> ifStillMember(Sender by, RoomId room, RoomOutcome shown) {
        return decider.membership(room, by.userId())
                .map(membership -> membership.isPresent() ? shown : RoomOutcome.refused(RoomRefusal.NOT_FOUND));
    }

    private static Future<RoomOutcome> refused(RoomRefusal why) {
        return Future.succeededFuture(RoomOutcome.refused(why));
    }
}
