package dev.portcullis.config;

/**
 * A key that a record asked for: what the reference page says of it, and its value in this file.
 *
 * @param path where it stands; {@code []} in it stands for any item of a list
 * @param kind what may stand there, with its bounds
 * @param fallback the default as JSON text, or words such as {@code none} and {@code required}
 * @param value the effective value as JSON text, secrets redacted
 */
public record Setting(String path, String kind, String fallback, String about, String value) {}
