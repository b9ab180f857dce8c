package dev.portcullis.content;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.owasp.html.Encoding;

/**
 * A character reference (HTML standard, section 13.5), by name or by number, which stands for its character. Without the
 * semicolon it is text: people write query strings. So is one for a character that may not be delivered: it would come
 * back that way (CWE-116).
 *
 * @param length in characters, with the ampersand and the semicolon
 * @param stands for this text
 */
record CharacterReference(int length, String stands) {
    private static final int LONGEST = 36;

    /** No number of more digits is a code point, and no name is longer. */
    private static final Pattern FORM =
            Pattern.compile("&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});");

    /** The reference that begins at {@code at}. */
    static Optional<CharacterReference> at(String text, int at) {
        Matcher form = FORM.matcher(text).region(at, Math.min(text.length(), at + LONGEST));
        if (!form.lookingAt()) {
            return Optional.empty();
        }
        String written = form.group();
        String stands = Encoding.decodeHtml(written, false);
        return stands.isEmpty() || stands.equals(written) || !TextNormalizer.isDeliverable(stands)
                ? Optional.empty()
                : Optional.of(new CharacterReference(written.length(), stands));
    }
}
