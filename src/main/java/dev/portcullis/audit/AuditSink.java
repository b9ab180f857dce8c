package dev.portcullis.audit;

/** Takes audit events, after repeats were put together. Called on all threads, so it must not block. */
@FunctionalInterface
public interface AuditSink {
    /** @param event an event with its request id */
    void write(AuditEvent event);
}
