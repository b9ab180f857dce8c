package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Rejection.Window;

/** How long a window looks back, and how finely it remembers. */
record Span(int lengthMs, int stepMs) {
    private static final Span BURST = new Span(1_000, 100);
    private static final Span MINUTE = new Span(60_000, 1_000);
    private static final Span HOUR = new Span(3_600_000, 60_000);

    static Span of(Window window) {
        return switch (window) {
            case BURST -> BURST;
            case MINUTE, BYTES -> MINUTE;
            case HOUR -> HOUR;
        };
    }
}
