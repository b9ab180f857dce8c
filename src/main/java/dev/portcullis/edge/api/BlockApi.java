package dev.portcullis.edge.api;

import dev.portcullis.audit.EventName;
import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.config.Json;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.CallFailures;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.UserId;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The calls of {@code /api/blocks}: each user's own list. That a user is blocked is shown to the blocking one alone. */
public final class BlockApi {
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private final DirectMessages messages;
    private final ApiAudit audit;

    BlockApi(DirectMessages messages, ApiAudit audit) {
        this.messages = messages;
        this.audit = audit;
    }

    RouterBuilder bind(RouterBuilder router) {
        return router.bind("getBlock", this::get)
                .bind("putBlock", request -> change(request, true))
                .bind("deleteBlock", request -> change(request, false));
    }

    private void get(ApiRequest request) {
        messages.isBlocked(caller(request), other(request))
                .onSuccess(blocked -> {
                    Map<String, Object> body = Map.of("blocked", blocked);
                    var unused = request.send(OK, HttpResponses.JSON, Buffer.buffer(Json.write(body)));
                })
                .onFailure(failure -> unavailable(request, failure));
    }

    /**
     * What one user hides from oneself would be gone: the own messages are in the own inbox too. And a user can't shut out
     * the server, whose messages come from a reserved id.
     */
    private void change(ApiRequest request, boolean blocked) {
        UserId owner = caller(request);
        UserId user = other(request);
        if (blocked && owner.equals(user)) {
            refuse(request, owner, "oneself");
            return;
        }
        if (blocked && UserId.isReserved(user.value())) {
            refuse(request, owner, "reserved");
            return;
        }
        messages.block(owner, user, blocked)
                .onSuccess(done -> {
                    if (done) {
                        var unused = request.send(NO_CONTENT);
                    } else {
                        refuse(request, owner, "full");
                    }
                })
                .onFailure(failure -> unavailable(request, failure));
    }

    private void refuse(ApiRequest request, UserId owner, String detail) {
        request.refuse(
                HttpRefusal.CONFLICT,
                List.of(),
                audit.refused(
                        EventName.HTTP_REFUSED,
                        request.http(),
                        HttpRefusal.CONFLICT,
                        Optional.of(owner),
                        Optional.of(detail)));
    }

    private static void unavailable(ApiRequest request, Throwable failure) {
        CallFailures.log(failure);
        HttpResponses.retryAfter(request.http().response(), 1_000);
        request.refuse(HttpRefusal.UNAVAILABLE);
    }

    private static UserId caller(ApiRequest request) {
        return request.caller(ApiUser.class).claims().userId();
    }

    private static UserId other(ApiRequest request) {
        return new UserId(request.text("userId"));
    }
}
