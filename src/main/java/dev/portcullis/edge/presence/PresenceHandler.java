package dev.portcullis.edge.presence;

import dev.portcullis.broadcast.presence.PresenceAnswer;
import dev.portcullis.broadcast.presence.PresenceQuery;
import dev.portcullis.broadcast.presence.RoomPresence;
import dev.portcullis.broadcast.presence.RoomPresence.ReadMark;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.protocol.codec.ServerFrame;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/** Frames about who is in a room, who types there, and how far it was read. */
public record PresenceHandler(RoomPresence attendance, LoopPresence presence) {
    /** After this part of its time a question is not repeated. */
    private static final long ASK_MS = 3_500;

    /**
     * Reads a page of a room's users. The answer shows the joins and leaves that this connection made before.
     *
     * @param permission is asked again where the reader may have left the room before the read
     */
    public Future<FrameOutcome> page(
            Connection from, ClientFrame.Presence frame, Supplier<Future<Verdict>> permission, FrameDeadline deadline) {
        Optional<UserId> barredAs =
                passesBars(from) ? Optional.empty() : Optional.of(from.sender().userId());
        return presence.told(frame.roomId())
                .compose(any -> attendance.page(
                        new PresenceQuery(frame.roomId(), frame.after(), frame.limit(), barredAs),
                        deadline.left(ASK_MS)))
                .compose(answer -> answer.fold(
                        page -> confirmed(page, permission)
                                .map(verdict -> verdict.fold(() -> reply(frame, page), FrameOutcome::refused)),
                        () -> refused(Reason.TIMEOUT),
                        () -> refused(Reason.NOT_MEMBER)));
    }

    /** Sends no answer: it is lost if its owner is, and a sender is not told that the recipient blocks them. */
    public Future<FrameOutcome> typing(Connection from, Target to, boolean begins) {
        presence.typing(from, to, begins, passesBars(from));
        return Future.succeededFuture(FrameOutcome.None.NONE);
    }

    /** A member has not read what it was not sent. A message of its own may come behind its acknowledgement. */
    public Future<FrameOutcome> read(Connection from, ClientFrame.Read frame) {
        boolean waits = from.subscriptions().awaitOwn(frame.roomId(), frame.seq(), () -> {
            var unused = mark(from, frame.roomId(), frame.seq());
        });
        long seq = Math.min(frame.seq(), from.subscriptions().reached(frame.roomId()));
        return waits || seq < 1
                ? Future.succeededFuture(FrameOutcome.None.NONE)
                : mark(from, frame.roomId(), seq)
                        .map(receipt -> receipt.barred()
                                ? FrameOutcome.refused(Rejection.of(Reason.NOT_MEMBER))
                                : FrameOutcome.None.NONE);
    }

    private Future<ReadMark.Receipt> mark(Connection from, RoomId room, long seq) {
        return attendance.mark(new ReadMark(room, from.sender().userId(), seq, passesBars(from)));
    }

    private static boolean passesBars(Connection from) {
        return from.sender().role() == Role.ADMIN;
    }

    private static Future<Verdict> confirmed(PresenceAnswer.Page page, Supplier<Future<Verdict>> permission) {
        return page.detached() ? permission.get() : Future.succeededFuture(Verdict.GRANTED);
    }

    private static Future<FrameOutcome> refused(Reason why) {
        return Future.succeededFuture(FrameOutcome.refused(Rejection.of(why)));
    }

    private static FrameOutcome reply(ClientFrame.Presence frame, PresenceAnswer.Page page) {
        return new FrameOutcome.Reply(new ServerFrame.Presence(
                frame.envelope().id(), frame.roomId(), page.version(), page.count(), page.users(), page.more()));
    }
}
