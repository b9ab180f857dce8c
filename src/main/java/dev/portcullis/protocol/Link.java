package dev.portcullis.protocol;

/** A link found in a message; an unsafe one is to be shown, not followed without a question. */
public record Link(String url, boolean safe) {}
