package dev.portcullis.client;

import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Position;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * How a connection begins that asks for direct messages of before: with an {@code auth} frame instead of a token in the
 * handshake. One for each gap, since the server has a tight limit for connections without a token.
 */
final class AuthFrameResume {
    private Optional<Position> next = Optional.empty();
    private Optional<Position> current = Optional.empty();
    private boolean possible = true;

    /** The next connection is to ask for what follows. Returns false if that makes no sense. */
    boolean request(Position last) {
        boolean asks = possible && current.isEmpty();
        next = asks ? Optional.of(last) : Optional.empty();
        return asks;
    }

    /** A connection begins. Returns whether it begins with a frame. */
    boolean begin() {
        current = next;
        next = Optional.empty();
        return current.isPresent();
    }

    Optional<JsonObject> frame(String token) {
        return current.map(last -> new JsonObject()
                .put("type", "auth")
                .put("token", token)
                .put("resume", new JsonObject().put("inbox", RoomState.json(last))));
    }

    /** Whether this end before the session says that the server wants the token in the handshake. Only 4003 judges it. */
    boolean refusedBy(Disconnect disconnect) {
        boolean refused = current.isPresent()
                && disconnect.code() != CloseCode.AUTH_REFUSED.code()
                && disconnect.cause() != Disconnect.Cause.UNREACHABLE;
        possible = possible && !refused;
        return refused;
    }
}
