package dev.portcullis.edge.connection;

/** How far a connection has come. It only goes forward. */
enum ConnectionState {
    /** Upgraded, and takes no frame. One that is upgraded only to be refused gets no further before it closes. */
    CONNECTING,

    /** Takes frames of a client without a session: the first one must authenticate. */
    ANONYMOUS,

    /** Has a session, and its frames may be admitted. */
    OPEN,

    /** Its session has ended with the incarnation of this node: frames are answered, but none is admitted. */
    LEASE_LOST,

    /** Takes nothing any more. */
    CLOSING;

    /** The later of the two: a connection that closes does not open again. */
    ConnectionState to(ConnectionState next) {
        return next.compareTo(this) > 0 ? next : this;
    }

    boolean takesFrames() {
        return this != CONNECTING && this != CLOSING;
    }
}
