package dev.portcullis.search;

/**
 * A word of a text. In a script without spaces each character is a word.
 *
 * @param folded the word without case, accents and variants of its characters
 * @param from the place of its first UTF-16 unit in the text
 * @param length the number of its UTF-16 units in the text
 * @param continues whether it goes on where the word before it ends, in a script without spaces
 */
record Word(String folded, int from, int length, boolean continues) {
    int end() {
        return from + length;
    }
}
