package dev.portcullis.edge.api;

import io.vertx.core.http.HttpServerResponse;

/** The header that tells a refused client when to try again. */
final class RetryAfter {
    private RetryAfter() {}

    /** In whole seconds, rounded up: a client that waits them passes. */
    static void set(HttpServerResponse response, long waitMs) {
        response.putHeader("Retry-After", Long.toString(Math.max(1, (waitMs + 999) / 1_000)));
    }
}
