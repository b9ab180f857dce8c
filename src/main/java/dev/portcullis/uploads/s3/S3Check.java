package dev.portcullis.uploads.s3;

/** The result of checking an object that a client has put. */
public enum S3Check {
    /** The object is the file that its ticket names, and was copied to where clients can't write. */
    KEPT,
    /** It is not there yet. */
    ABSENT,
    WRONG_SIZE,
    WRONG_TYPE,
    /** It was replaced while it was looked at. */
    CHANGED
}
