package dev.portcullis.content;

/**
 * A link found in a message.
 *
 * @param url as it was typed; free of whitespace, quotes, angle brackets and controls
 * @param safe false where the link may not lead where it seems to
 */
public record FoundLink(String url, boolean safe) {}
