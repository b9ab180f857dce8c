package dev.portcullis.rooms;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
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

    private final Bus bus;

    public RoomAuthorizer(Bus bus) {
        this.bus = bus;
    }

    /** Whether the sender may do this in this room: granted, {@code not_member} or {@code forbidden}. */
    public Future<Verdict> authorize(Sender from, FrameType action, RoomId room) {
        return bus.ask(AUTHORIZE, new Intent(from, action, room));
    }

    /** The question: who wants to do what where. */
    record Intent(Sender from, FrameType action, RoomId room) {}
}
