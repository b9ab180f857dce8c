package dev.portcullis.client;

/** A frame will get no answer. The kind says whether the request may have taken effect. */
public final class ClientFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why there is no answer. */
    public enum Kind {
        /** Too many frames wait for an answer; this one was not accepted. */
        QUEUE_FULL,
        /** The frame can't be sent. */
        MALFORMED,
        /** An event that is of no use later could not go at once. */
        DROPPED,
        /** The connection ended before the answer, and the frame is not one that is sent again. */
        DISCONNECTED,
        /** No answer came while a repeat under the same id was safe. */
        UNKNOWN,
        /** The application gave it up; it may have been sent. */
        CANCELLED,
        /** The client has ended. */
        ENDED,
        /** The server refused a call over HTTP; the message is the reason. */
        REFUSED
    }

    private final Kind kind;

    public ClientFailure(Kind kind, String what) {
        super(what, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
