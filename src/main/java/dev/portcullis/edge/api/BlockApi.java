package dev.portcullis.edge.api;

import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.CallAction;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomAction;
import dev.portcullis.rooms.RoomAuthorizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The calls of {@code /api/blocks}: each user's own list. That a user is blocked is shown to the blocking one alone. */
public final class BlockApi {

    private final DirectMessages messages;
    private final RoomAuthorizer rooms;
    private final ApiCalls calls;

    public BlockApi(DirectMessages messages, RoomAuthorizer rooms, ApiCalls calls) {
        this.messages = messages;
        this.rooms = rooms;
        this.calls = calls;
    }

    public RouterBuilder bind(RouterBuilder router) {
        return router.bind("getBlock", calls.as(CallAction.BLOCK_LIST, this::get))
                .bind("putBlock", calls.as(CallAction.BLOCK_LIST, this::block))
                .bind("deleteBlock", calls.as(CallAction.BLOCK_LIST, this::unblock));
    }

    private void get(ApiCall call) {
        call.then(messages.isBlocked(call.user(), call.other()), blocked -> call.send(Map.of("blocked", blocked)));
    }

    /**
     * Users can't block themselves: their own messages, which are in their inbox too, would be hidden from them. And they can't
     * block the server, whose messages come from a reserved id.
     */
    private void block(ApiCall call) {
        UserId user = call.other();
        if (call.user().equals(user)) {
            refuse(call, "oneself");
        } else if (UserId.isReserved(user.value())) {
            refuse(call, "reserved");
        } else {
            call.ifGranted(rooms.authorizeAnywhere(call.by(), RoomAction.BLOCK_USER), () -> change(call, true));
        }
    }

    /** Needs no right, as leaving a room needs none. */
    private void unblock(ApiCall call) {
        change(call, false);
    }

    private void change(ApiCall call, boolean blocked) {
        call.then(messages.block(call.user(), call.other(), blocked), done -> {
            if (done) {
                call.send();
            } else {
                refuse(call, "full");
            }
        });
    }

    private static void refuse(ApiCall call, String detail) {
        call.refuse(HttpRefusal.CONFLICT, List.of(), Optional.of(detail));
    }
}
