package dev.portcullis.protocol.record;

/** Ends a read within this package; callers outside get an empty value. */
final class MalformedRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedRecordException(String why) {
        super(why, null, false, false);
    }
}
