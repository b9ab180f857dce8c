package dev.portcullis.edge.frame;

import static dev.portcullis.edge.frame.FrameAction.needingNothing;

import dev.portcullis.broadcast.SearchResult;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.ReplyReservations;
import dev.portcullis.edge.connection.ReplyReservations.Allowance;
import dev.portcullis.edge.search.MessageSearch;
import dev.portcullis.edge.search.MessageSearch.Searcher;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.codec.ServerFrame;
import io.vertx.core.Future;

/** Searches messages, once the node has memory for the reply, and sends it as the socket drains. */
public record SearchHandler(MessageSearch search, ReplyReservations reservations) {

    /** The row of a search. What may be searched is authorized where it is. */
    FrameAction action(ClientFrame.Search frame) {
        FrameAction action = needingNothing().then((from, deadline) -> search(from, frame, deadline));
        return frame.criteria().target().map(action::about).orElse(action);
    }

    private Future<FrameOutcome> search(Connection from, ClientFrame.Search frame, FrameDeadline deadline) {
        Searcher by = new Searcher(from.sender(), from.subscriptions().rooms(), deadline::leftToAnswer);
        return reservations
                .reserve(ReplyReservations.bytesFor(frame.criteria().limit()), deadline.leftToAnswer())
                .compose(given -> given.map(allowance -> search.search(by, frame.criteria())
                                .map(result -> answer(from, frame, result, allowance))
                                .onFailure(failure -> allowance.release()))
                        .orElseGet(() -> Future.succeededFuture(FrameOutcome.refused(Rejection.unavailable()))));
    }

    private static FrameOutcome answer(
            Connection from, ClientFrame.Search frame, SearchResult result, Allowance allowance) {
        return result.fold(found -> replay(from, frame, found, allowance), why -> {
            allowance.release();
            return FrameOutcome.refused(why);
        });
    }

    private static FrameOutcome replay(
            Connection from, ClientFrame.Search frame, SearchResult.Matches found, Allowance allowance) {
        allowance.resize(
                found.messages().stream().mapToLong(each -> each.length).sum());
        from.replay(new ServerFrame.Search(
                frame.envelope().id(), JsonMessages.of(found.messages()), found.cursor(), found.partial()));
        from.replayTaken().onComplete(any -> allowance.release());
        return FrameOutcome.None.NONE;
    }
}
