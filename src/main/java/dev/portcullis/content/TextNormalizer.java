package dev.portcullis.content;

import java.text.Normalizer;
import java.util.Optional;

/** Text in its one form: NFC, line ends as LF, without the characters that reorder what others wrote. */
final class TextNormalizer {
    private TextNormalizer() {}

    /** Empty where the text holds a control character other than LF and tab, or half of a surrogate pair. */
    static Optional<String> of(String input) {
        String lines = input.indexOf('\r') < 0 ? input : input.replace("\r\n", "\n");
        if (isPlain(lines)) {
            return Optional.of(lines);
        }
        return holdsForbidden(lines) ? Optional.empty() : Optional.of(tidied(lines));
    }

    /** The same for text that is never refused: what is forbidden, or beyond {@code max} code points, is left out. */
    static String keepingTheGood(String input, int max) {
        StringBuilder good = new StringBuilder();
        input.codePoints().filter(each -> !isForbidden(each)).forEach(good::appendCodePoint);
        String text = Normalizer.normalize(good, Normalizer.Form.NFC);
        int end = text.codePointCount(0, text.length()) <= max ? text.length() : text.offsetByCodePoints(0, max);
        return tidied(text.substring(0, end));
    }

    private static String tidied(String text) {
        return Normalizer.normalize(BidiControls.balanced(text), Normalizer.Form.NFC);
    }

    /** Printable ASCII, LF and tab need nothing done: most messages. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each >= 0x7F || (each < ' ' && each != '\n' && each != '\t')) {
                return false;
            }
        }
        return true;
    }

    private static boolean holdsForbidden(String text) {
        return text.codePoints().anyMatch(TextNormalizer::isForbidden);
    }

    private static boolean isForbidden(int codePoint) {
        return (Character.isISOControl(codePoint) && codePoint != '\n' && codePoint != '\t')
                || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
    }
}
