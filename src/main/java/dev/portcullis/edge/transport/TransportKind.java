package dev.portcullis.edge.transport;

import dev.portcullis.protocol.LowerCaseId;

/** How a client is connected. */
public enum TransportKind implements LowerCaseId {
    WEBSOCKET,
    /** Socket.IO over a WebSocket. */
    SOCKETIO,
    /** Socket.IO over requests of HTTP, one after the other. */
    SOCKETIO_POLLING
}
