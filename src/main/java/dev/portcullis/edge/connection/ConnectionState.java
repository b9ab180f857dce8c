package dev.portcullis.edge.connection;

/** The phases of a connection, in order. It never returns to an earlier one. */
enum ConnectionState {
    /** Upgraded; takes no frames. A connection that is upgraded only to be refused closes from here. */
    CONNECTING,

    /** Takes frames of a client without a session: the first frame must authenticate. */
    ANONYMOUS,

    /** Has a session, and its frames may be admitted. */
    OPEN,

    /** Its session has ended with the incarnation of this node: frames are answered, but none is admitted. */
    LEASE_LOST,

    /** Takes no more frames. */
    CLOSING;

    /** The later of the two: a connection that closes does not open again. */
    ConnectionState to(ConnectionState next) {
        return next.compareTo(this) > 0 ? next : this;
    }

    boolean takesFrames() {
        return this != CONNECTING && this != CLOSING;
    }
}
