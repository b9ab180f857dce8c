package dev.portcullis.audit.tracing;

import io.opentelemetry.api.trace.SpanKind;

/** The steps that have a span of their own, beside calls over HTTP and what travels on the bus. */
public enum TracedStep {
    /** A frame of a client, from the socket to its outcome. */
    FRAME("frame", SpanKind.SERVER),

    /** The append of an entry to its stream, until the store has it. */
    APPEND("append", SpanKind.INTERNAL),

    /** The delivery of entries to the members on one node, until each event loop has written them. */
    DELIVER("deliver", SpanKind.INTERNAL);

    private final String id;
    private final SpanKind kind;

    TracedStep(String id, SpanKind kind) {
        this.id = id;
        this.kind = kind;
    }

    String id() {
        return id;
    }

    SpanKind kind() {
        return kind;
    }
}
