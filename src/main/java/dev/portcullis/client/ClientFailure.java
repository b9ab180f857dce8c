package dev.portcullis.client;

/** A frame that will get no answer any more. What it asked for may or may not have been done, as its kind says. */
public final class ClientFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** In which way it failed. */
    public enum Kind {
        /** Too many frames wait; this one was not taken. */
        CROWDED,
        /** It could never be sent. */
        MALFORMED,
        /** The connection was cut before the answer came, and the frame is not one that is sent again. */
        CUT,
        /** It could not be settled while a repeat under its id was safe. */
        UNKNOWN,
        /** The client has ended. */
        ENDED
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
