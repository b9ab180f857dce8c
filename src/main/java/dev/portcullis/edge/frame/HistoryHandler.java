package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.HistoryQuery;
import dev.portcullis.broadcast.HistoryResult;
import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.broadcast.direct.DirectMessages.ConversationQuery;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.ReplyReservations;
import dev.portcullis.edge.connection.ReplyReservations.Allowance;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** Reads a page of a stream, once the node has memory for the reply, and sends it as the socket drains. */
public record HistoryHandler(Broadcaster broadcaster, DirectMessages messages, ReplyReservations reservations) {
    /** @param permission asked again where the reader may have left the room before the read */
    Future<FrameOutcome> read(
            Connection from,
            ClientFrame.History frame,
            StreamName stream,
            Supplier<Future<Verdict>> permission,
            FrameDeadline deadline) {
        HistoryQuery query = new HistoryQuery(
                from.sender().userId(),
                stream,
                frame.before(),
                frame.after(),
                frame.limit(),
                from.sender().role() == Role.ADMIN);
        return read(
                from,
                frame,
                deadline,
                () -> broadcaster
                        .history(query, deadline.leftToAnswer())
                        .compose(result -> confirmed(result, permission)));
    }

    /** Reads a conversation in the sender's own inbox, and in no other. */
    Future<FrameOutcome> read(Connection from, ClientFrame.History frame, UserId other, FrameDeadline deadline) {
        ConversationQuery query =
                new ConversationQuery(from.sender().userId(), other, frame.before(), frame.after(), frame.limit());
        return read(from, frame, deadline, () -> messages.conversation(query, deadline.leftToAnswer()));
    }

    private static Future<HistoryResult> confirmed(HistoryResult result, Supplier<Future<Verdict>> permission) {
        boolean mayHaveLeft = result.fold(HistoryResult.Page::detached, why -> false);
        return mayHaveLeft
                ? permission.get().map(verdict -> verdict.<HistoryResult>fold(() -> result, HistoryResult.Refused::new))
                : succeededFuture(result);
    }

    private Future<FrameOutcome> read(
            Connection from, ClientFrame.History frame, FrameDeadline deadline, Supplier<Future<HistoryResult>> ask) {
        return reservations
                .reserve(ReplyReservations.bytesFor(frame.limit()), deadline.leftToAnswer())
                .compose(given -> given.map(allowance -> ask.get()
                                .map(result -> answer(from, frame, result, allowance))
                                .onFailure(failure -> allowance.release()))
                        .orElseGet(
                                () -> succeededFuture(FrameOutcome.refused(Rejection.unavailable(), frame.target()))));
    }

    private static FrameOutcome answer(
            Connection from, ClientFrame.History frame, HistoryResult result, Allowance allowance) {
        return result.fold(page -> replay(from, frame, page, allowance), why -> {
            allowance.release();
            return FrameOutcome.refused(why, frame.target());
        });
    }

    private static FrameOutcome replay(
            Connection from, ClientFrame.History frame, HistoryResult.Page page, Allowance allowance) {
        allowance.resize(page.messages().stream().mapToLong(each -> each.length).sum());
        from.replay(new ServerFrame.History(
                frame.envelope().id(),
                frame.target(),
                page.epoch(),
                JsonMessages.of(page.messages()),
                page.more(),
                page.gap()));
        from.replayTaken().onComplete(any -> allowance.release());
        return FrameOutcome.None.NONE;
    }
}
