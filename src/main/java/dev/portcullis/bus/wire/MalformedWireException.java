package dev.portcullis.bus.wire;

/** Ends a reading within this package; outside it there is then no value. */
final class MalformedWireException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedWireException(String why) {
        super(why, null, false, false);
    }
}
