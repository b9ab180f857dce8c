package dev.portcullis.rooms;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import io.vertx.core.Future;

/** The client of this stage. Its futures fail only with a {@code BusFailure}. */
public final class RoomAuthorizer {
    static final Question<Intent, Verdict> AUTHORIZE = new Question<>(
            Stage.ROOMS,
            "authorize",
            Intent.class,
            Verdict.class,
            intent -> intent.room().hashCode());

    static final Question<RemovalCheck, Verdict> AUTHORIZE_REMOVAL = new Question<>(
            Stage.ROOMS,
            "authorize_removal",
            RemovalCheck.class,
            Verdict.class,
            check -> check.room().hashCode());
    static final Question<MemberRemoval, Removed> REMOVE_MEMBER = new Question<>(
            Stage.ROOMS,
            "forget",
            MemberRemoval.class,
            Removed.class,
            removal -> removal.room().hashCode());

    static final Question<ExplainRequest, Explanation> EXPLAIN = new Question<>(
            Stage.ROOMS,
            "explain",
            ExplainRequest.class,
            Explanation.class,
            asked -> asked.room().hashCode());

    private final Bus bus;

    public RoomAuthorizer(Bus bus) {
        this.bus = bus;
    }

    /** Whether the sender may do this in this room: granted, {@code not_member} or {@code forbidden}. */
    public Future<Verdict> authorize(Sender from, FrameType action, RoomId room) {
        return bus.ask(AUTHORIZE, new Intent(from, action, room));
    }

    /** Like {@link #authorize}, for a step that does not check the bar itself. */
    public Future<Verdict> authorizeWithBar(Sender from, RoomAction action, RoomId room) {
        return explain(from, action, room).map(RoomDecision::verdict);
    }

    /** Whether the sender may remove this user from the room: granted, {@code not_member} or {@code forbidden}. */
    public Future<Verdict> authorizeRemoval(Sender from, RoomId room, UserId target) {
        return bus.ask(AUTHORIZE_REMOVAL, new RemovalCheck(from, room, target));
    }

    /** Removes the user's membership; other grants of the room stay. Idempotent. */
    public Future<Void> removeMember(RoomId room, UserId user, long withinMs) {
        return bus.asking(REMOVE_MEMBER)
                .ask(new MemberRemoval(room, user), withinMs)
                .mapEmpty();
    }

    /** What the sender would be answered in this room, and why. */
    public Future<RoomDecision> explain(Sender from, RoomAction action, RoomId room) {
        return bus.ask(EXPLAIN, new ExplainRequest(from, action, room)).map(Explanation::decision);
    }

    /** The request of {@link #explain}. */
    record ExplainRequest(Sender from, RoomAction action, RoomId room) {}

    /** The answer of {@link #explain}. */
    record Explanation(RoomDecision decision) {}

    /** The request of {@link #authorizeRemoval}. */
    record RemovalCheck(Sender from, RoomId room, UserId target) {}

    /** The request of {@link #removeMember}. */
    record MemberRemoval(RoomId room, UserId user) {}

    /** The membership is removed. */
    record Removed() {}

    /** The request of {@link #authorize}. */
    record Intent(Sender from, FrameType action, RoomId room) {}
}
