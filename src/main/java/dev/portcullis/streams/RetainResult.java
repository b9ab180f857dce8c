package dev.portcullis.streams;

/** The outcome of a call that sets what is kept of a stream. */
public enum RetainResult {
    DONE,
    /** Rows of the permit have changed, and nothing was done. */
    CHANGED
}
