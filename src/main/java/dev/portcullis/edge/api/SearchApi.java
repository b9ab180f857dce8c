package dev.portcullis.edge.api;

import dev.portcullis.broadcast.SearchCursor;
import dev.portcullis.broadcast.SearchResult;
import dev.portcullis.broadcast.SearchResult.Matches;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.ReplyReservations;
import dev.portcullis.edge.connection.ReplyReservations.Allowance;
import dev.portcullis.edge.search.MessageSearch;
import dev.portcullis.edge.search.MessageSearch.Searcher;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.SearchCriteria;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/** Serves {@code /api/search}. A call counts for its user like the frame of the same name, and finds what that would find. */
public final class SearchApi {
    private static final int OK = 200;

    private final MessageSearch search;
    private final ReplyReservations reservations;
    private final ApiCalls calls;

    /** @param reservations of the event loop that serves the calls */
    public SearchApi(MessageSearch search, ReplyReservations reservations, ApiCalls calls) {
        this.search = search;
        this.reservations = reservations;
        this.calls = calls;
    }

    public RouterBuilder bind(RouterBuilder router) {
        return router.bind("searchMessages", calls.like(FrameType.SEARCH, this::search));
    }

    private void search(ApiCall call) {
        ApiRequest request = call.request();
        if (request.textIn("roomId").isPresent()
                && request.textIn("recipientId").isPresent()) {
            refuse(call, new Violation("/recipientId", "not"));
        } else if (!request.textIn("cursor").map(SearchCursor::isPlace).orElse(true)) {
            refuse(call, new Violation("/cursor", "format"));
        } else {
            search(call, criteria(request), FrameDeadline.fromNow());
        }
    }

    private static void refuse(ApiCall call, Violation detail) {
        call.request().refuse(HttpRefusal.INVALID_PARAMETER, List.of(detail));
    }

    private static SearchCriteria criteria(ApiRequest request) {
        Optional<Target> room = request.textIn("roomId").map(RoomId::new).map(Target.ToRoom::new);
        Optional<Target> user = request.textIn("recipientId").map(UserId::new).map(Target.ToUser::new);
        return new SearchCriteria(
                request.text("query"),
                room.or(() -> user),
                request.textIn("userId").map(UserId::new),
                request.numberIn("after"),
                request.numberIn("before"),
                request.numberIn("limit").map(Math::toIntExact).orElse(SearchCriteria.USUAL_LIMIT),
                request.textIn("cursor"));
    }

    /** A client may read its answer slowly: the bytes count as those of frames do (CWE-770). */
    private void search(ApiCall call, SearchCriteria what, FrameDeadline deadline) {
        Searcher by = new Searcher(call.by(), List.of(), deadline::leftToAnswer);
        call.then(
                reservations.reserve(ReplyReservations.bytesFor(what.limit()), deadline.leftToAnswer()),
                given -> given.ifPresentOrElse(
                        allowance -> call.then(
                                search.search(by, what).onFailure(any -> allowance.release()),
                                result -> answer(call, result, allowance)),
                        () -> call.refuse(HttpRefusal.UNAVAILABLE, List.of(), Optional.empty())));
    }

    private static void answer(ApiCall call, SearchResult result, Allowance allowance) {
        result.<Runnable>fold(found -> () -> send(call, body(found), allowance), why -> () -> {
                    allowance.release();
                    call.refuse(why);
                })
                .run();
    }

    private static void send(ApiCall call, Buffer body, Allowance allowance) {
        allowance.resize(body.length());
        call.request().send(OK, HttpResponses.JSON, body).onComplete(any -> allowance.release());
    }

    /** The messages are copied as they are: each is JSON already. */
    private static Buffer body(Matches found) {
        Buffer body = Buffer.buffer("{\"matches\":[");
        for (int i = 0; i < found.matches().size(); i++) {
            body.appendString(i == 0 ? "" : ",")
                    .appendBytes(found.matches().get(i).message());
        }
        body.appendString("]");
        found.cursor()
                .ifPresent(cursor ->
                        body.appendString(",\"cursor\":\"" + cursor + "\"")); // of letters that need no escape
        return body.appendString(found.partial() ? ",\"partial\":true}" : "}");
    }
}
