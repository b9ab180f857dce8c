package dev.portcullis.ratelimit.login;

/** An attempt that was admitted, and at which nothing was checked, no longer counts. */
public record RefundedAttempt() {}
