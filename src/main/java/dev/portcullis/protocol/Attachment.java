package dev.portcullis.protocol;

/** Something a message points to; {@code kind} is {@code image}, {@code file} or {@code audio}. */
public record Attachment(String kind, String url, String name) {}
