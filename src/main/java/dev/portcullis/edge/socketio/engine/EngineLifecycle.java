package dev.portcullis.edge.socketio.engine;

import dev.portcullis.protocol.CloseCode;

/** A session as its parts see it: what they ask of it, and what they tell it. Used on the event loop of the session. */
abstract class EngineLifecycle {
    /** Whether packets of its client are taken. */
    abstract boolean isOpen();

    /** Whether its client may go on by a WebSocket. */
    abstract boolean isUpgradable();

    /** Whether its client may ask; if not, the session is unknown. */
    abstract boolean isServed();

    abstract EngineReceiver receiver();

    /** The largest message of its client. */
    abstract int allowed();

    /** The client broke a rule. */
    public abstract void violated(CloseCode why);

    abstract void closeReceiver(CloseCode why);

    /** A request was refused, and the session is over with it. */
    abstract void refused(CloseCode why);

    /** Nothing waits for the client, and nothing is on its way. */
    abstract void drained();

    /** The client can't have got all. */
    abstract void lost();

    /** The client sends nothing more; what it sent before is still handled. */
    abstract void leaving();

    /** All that the client sent is passed on. */
    abstract void left();
}
