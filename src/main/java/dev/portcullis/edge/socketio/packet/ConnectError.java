package dev.portcullis.edge.socketio.packet;

/** Why a client may not connect, in the words of the contract. */
public enum ConnectError {
    NO_TOKEN,
    AUTH_FAILED,
    TOKEN_EXPIRED,
    TOO_MANY_CONNECTIONS,
    CSRF_FAILED
}
