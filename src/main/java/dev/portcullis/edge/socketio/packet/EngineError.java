package dev.portcullis.edge.socketio.packet;

import dev.portcullis.protocol.LowerCaseId;
import java.nio.charset.StandardCharsets;

/** Why a request is no use to Engine.IO, with the codes and sentences of its own server, which clients know. */
public enum EngineError implements LowerCaseId {
    UNKNOWN_TRANSPORT(0, "Transport unknown"),
    UNKNOWN_SESSION(1, "Session ID unknown"),
    BAD_HANDSHAKE_METHOD(2, "Bad handshake method"),
    BAD_REQUEST(3, "Bad request"),
    UNSUPPORTED_VERSION(5, "Unsupported protocol version");

    public static final int STATUS = 400;

    private final String json;

    EngineError(int code, String message) {
        this.json = "{\"code\":" + code + ",\"message\":\"" + message + "\"}";
    }

    /** The body of the answer. */
    public byte[] json() {
        return json.getBytes(StandardCharsets.US_ASCII);
    }
}
