package dev.portcullis.config;

/**
 * A key that a record reads: its row on the reference page, and its value in this file.
 *
 * @param path {@code []} in it stands for any item of a list
 * @param kind the allowed values with their bounds
 * @param fallback the default as JSON text, or words such as {@code none} and {@code required}
 * @param value the effective value as JSON text, secrets redacted
 * @param exact the effective value as JSON text, to be compared and never shown
 * @param basic whether operators set it; any other is a bound of the inside
 */
public record Setting(
        String path, String kind, String fallback, String about, String value, Secret exact, boolean basic) {
    /** A setting without a secret. */
    public Setting(String path, String kind, String fallback, String about, String value, boolean basic) {
        this(path, kind, fallback, about, value, new Secret(value), basic);
    }

    /** Whether it is a row of the reference page for the items of a list, and no key of this file. */
    boolean isTemplate() {
        return path.contains("[]");
    }
}
