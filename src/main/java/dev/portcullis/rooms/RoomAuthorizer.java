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

/** The stage's door: all that others see of it. Its futures fail with a {@code BusFailure} and nothing else. */
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
            asked -> asked.room().hashCode());
    static final Question<MemberRemoval, Removed> REMOVE_MEMBER = new Question<>(
            Stage.ROOMS,
            "forget",
            MemberRemoval.class,
            Removed.class,
            leaver -> leaver.room().hashCode());

    private final Bus bus;

    public RoomAuthorizer(Bus bus) {
        this.bus = bus;
    }

    /** Whether the sender may do this in this room: granted, {@code not_member} or {@code forbidden}. */
    public Future<Verdict> authorize(Sender from, FrameType action, RoomId room) {
        return bus.ask(AUTHORIZE, new Intent(from, action, room));
    }

    /** Whether the sender may put this user out of the room: granted, {@code not_member} or {@code forbidden}. */
    public Future<Verdict> authorizeRemoval(Sender from, RoomId room, UserId whom) {
        return bus.ask(AUTHORIZE_REMOVAL, new RemovalCheck(from, room, whom));
    }

    /** The user is no member of the room any more; what else lets them in stays. May be repeated. */
    public Future<Void> removeMember(RoomId room, UserId user, long withinMs) {
        return bus.asking(REMOVE_MEMBER)
                .ask(new MemberRemoval(room, user), withinMs)
                .mapEmpty();
    }

    /** The question: who wants to put whom out of which room. */
    record RemovalCheck(Sender from, RoomId room, UserId target) {}

    /** The order: whose membership goes. */
    record MemberRemoval(RoomId room, UserId user) {}

    /** It is gone. */
    record Removed() {}

    /** The question: who wants to do what where. */
    record Intent(Sender from, FrameType action, RoomId room) {}
}
