package dev.portcullis.content;

import java.text.Normalizer;
import java.util.Optional;

/** Normalises text: NFC, line ends as LF, no overrides, balanced bidi controls, no endless runs of combining marks. */
final class TextNormalizer {
    private TextNormalizer() {}

    /** Empty if the text contains a control character other than LF and tab, or an unpaired surrogate. */
    static Optional<String> of(String input) {
        String lines = input.indexOf('\r') < 0 ? input : input.replace("\r\n", "\n");
        if (isPlain(lines)) {
            return Optional.of(lines);
        }
        return holdsForbidden(lines) ? Optional.empty() : Optional.of(tidied(lines));
    }

    /**
     * The same for text that is never refused: forbidden characters, and those beyond {@code max} code points, are left
     * out.
     */
    static String withoutForbidden(String input, int max) {
        if (input.length() <= max && isPlain(input)) {
            return input;
        }
        StringBuilder kept = new StringBuilder();
        input.codePoints().filter(each -> !isForbidden(each)).forEach(kept::appendCodePoint);
        String text = normalized(kept.toString());
        int end = text.codePointCount(0, text.length()) <= max ? text.length() : text.offsetByCodePoints(0, max);
        return tidied(text.substring(0, end));
    }

    /** Whether all of it may be delivered as it is: nothing forbidden, and no override. */
    static boolean isDeliverable(String text) {
        return !holdsForbidden(text) && text.indexOf('\uFFFD') < 0 && BidiControls.withoutOverrides(text);
    }

    private static String tidied(String text) {
        return normalized(BidiControls.balanced(text));
    }

    private static String normalized(String text) {
        return Normalizer.normalize(StreamSafeText.of(text), Normalizer.Form.NFC);
    }

    /** Printable ASCII, LF and tab need no normalisation, which covers most messages. */
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
