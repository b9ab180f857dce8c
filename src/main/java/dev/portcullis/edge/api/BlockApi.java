package dev.portcullis.edge.api;

import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.config.Json;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.CallAction;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomAction;
import dev.portcullis.rooms.RoomAuthorizer;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The calls of {@code /api/blocks}: each user's own list. That a user is blocked is shown to the blocking one alone. */
public final class BlockApi {
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private final DirectMessages messages;
    private final RoomAuthorizer rooms;
    private final LimitedCalls calls;

    BlockApi(DirectMessages messages, RoomAuthorizer rooms, LimitedCalls calls) {
        this.messages = messages;
        this.rooms = rooms;
        this.calls = calls;
    }

    RouterBuilder bind(RouterBuilder router) {
        return router.bind("getBlock", calls.as(CallAction.BLOCK_LIST, this::get))
                .bind("putBlock", calls.as(CallAction.BLOCK_LIST, this::block))
                .bind("deleteBlock", calls.as(CallAction.BLOCK_LIST, this::unblock));
    }

    private void get(ApiRequest request, Sender by) {
        messages.isBlocked(by.userId(), other(request))
                .onSuccess(blocked -> {
                    Map<String, Object> body = Map.of("blocked", blocked);
                    var unused = request.send(OK, HttpResponses.JSON, Buffer.buffer(Json.write(body)));
                })
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    /**
     * Users can't block themselves: their own messages, which are in their inbox too, would be hidden from them. And they can't
     * block the server, whose messages come from a reserved id.
     */
    private void block(ApiRequest request, Sender owner) {
        UserId user = other(request);
        if (owner.userId().equals(user)) {
            refuse(request, owner, "oneself");
            return;
        }
        if (UserId.isReserved(user.value())) {
            refuse(request, owner, "reserved");
            return;
        }
        rooms.authorizeAnywhere(owner, RoomAction.BLOCK_USER)
                .onSuccess(verdict -> verdict.fold(
                        () -> {
                            if (request.mayHaveWaited()) {
                                request.refuse(HttpRefusal.UNAVAILABLE);
                            } else {
                                change(request, owner, true);
                            }
                            return true;
                        },
                        why -> {
                            calls.refuse(request, owner, why);
                            return true;
                        }))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    /** Needs no right, as leaving a room needs none. */
    private void unblock(ApiRequest request, Sender owner) {
        change(request, owner, false);
    }

    private void change(ApiRequest request, Sender owner, boolean blocked) {
        messages.block(owner.userId(), other(request), blocked)
                .onSuccess(done -> {
                    if (done) {
                        var unused = request.send(NO_CONTENT);
                    } else {
                        refuse(request, owner, "full");
                    }
                })
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private void refuse(ApiRequest request, Sender owner, String detail) {
        calls.refuse(request, owner, HttpRefusal.CONFLICT, List.of(), Optional.of(detail));
    }

    private static UserId other(ApiRequest request) {
        return new UserId(request.text("userId"));
    }
}
