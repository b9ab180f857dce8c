package dev.portcullis.bus.wire;

/** Ends a read within this package; callers outside get an empty value. */
final class MalformedWireException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedWireException(String why) {
        super(why, null, false, false);
    }
}
