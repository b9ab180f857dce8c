package dev.portcullis.resilience;

/** Why work that was handed to a {@link WorkerPool} did not run, and will not. */
public enum NotRun {
    /** Too much other work was waiting. */
    FULL,
    /** No thread was free in time. */
    LATE,
    /** The node stops. */
    CLOSED
}
