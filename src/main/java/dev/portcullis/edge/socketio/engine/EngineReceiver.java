package dev.portcullis.edge.socketio.engine;

import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.protocol.CloseCode;

/** Gets what the client of a session sends, and learns of its end. Called on the event loop of the session. */
public interface EngineReceiver {
    /** The receiver of a session that only ends. */
    EngineReceiver NONE = new EngineReceiver() {};

    default void message(byte[] packet) {}

    default void violated(CloseCode code) {}

    /** The client waits on this connection for what is sent to it. */
    default void polls(HttpChannel on) {}

    /** The client has a WebSocket, and polls no more. */
    default void upgraded() {}

    /** The session is to be ended with this code. */
    default void close(CloseCode code) {}

    /** Runs {@code then} once all that the client sent until now is handled. */
    default void whenHandled(Runnable then) {
        then.run();
    }

    /** Nothing more comes from the client, or is sent to it. */
    default void ending() {}

    default void ended() {}
}
