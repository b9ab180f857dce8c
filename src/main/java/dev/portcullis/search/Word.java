package dev.portcullis.search;

/**
 * A word of a text. In a script without spaces each character is a word.
 *
 * @param folded the word without case, accents and variants of its characters
 * @param from the place of its first UTF-16 unit in the text
 * @param length the number of its UTF-16 units in the text
 * @param spaced whether the script of the word separates words
 */
record Word(String folded, int from, int length, boolean spaced) {
    int end() {
        return from + length;
    }

    /** Whether this word goes on where that one ends, in a script without spaces. */
    boolean continues(Word before) {
        return !spaced && !before.spaced && before.end() == from;
    }
}
