package dev.portcullis.config;

/**
 * A key that a record reads: its row on the reference page, and its value in this file.
 *
 * @param path {@code []} in it stands for any item of a list
 * @param kind the allowed values with their bounds
 * @param fallback the default as JSON text, or words such as {@code none} and {@code required}
 * @param value the effective value as JSON text, secrets redacted
 */
public record Setting(String path, String kind, String fallback, String about, String value) {}
