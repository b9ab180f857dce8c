package dev.portcullis.search;

/**
 * A part of a text that was looked for.
 *
 * @param from the place of its first UTF-16 unit
 * @param length the number of its UTF-16 units
 */
public record Highlight(int from, int length) {
    int end() {
        return from + length;
    }
}
