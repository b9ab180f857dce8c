package dev.portcullis.auth.account;

import dev.portcullis.content.DefaultIgnorable;
import dev.portcullis.protocol.UserId;
import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The name of a user, which others see. No two users have names that differ only in case or in compatible characters
 * (UTS 39 section 4).
 *
 * @param shown as it was chosen, in NFC
 * @param key equal for names that count as the same
 */
public record Username(String shown, String key) {
    private static final int MAX_LENGTH = 64;

    /** Words of letters, digits and marks, which single spaces part; no symbols, no controls, no invisible ones. */
    private static final Pattern FORM = Pattern.compile(
            "[\\p{L}\\p{Nd}_.'-][\\p{L}\\p{M}\\p{Nd}_.'-]*(?: [\\p{L}\\p{Nd}_.'-][\\p{L}\\p{M}\\p{Nd}_.'-]*)*");

    /** More marks on one letter cover the lines above and below. */
    private static final Pattern STACKED = Pattern.compile("\\p{M}{4}");

    private static final Pattern LETTER_OR_DIGIT = Pattern.compile("[\\p{L}\\p{Nd}]");

    /** Their letters look alike: of each name at most one of them (UTS 39 section 5). */
    private static final Set<UnicodeScript> ALIKE =
            Set.of(UnicodeScript.LATIN, UnicodeScript.CYRILLIC, UnicodeScript.GREEK);

    /** Empty for a name that this server does not take. */
    public static Optional<Username> parse(String text) {
        if (text.length() > 2 * MAX_LENGTH) {
            return Optional.empty();
        }
        String shown = Normalizer.normalize(text, Normalizer.Form.NFC);
        String key = key(shown);
        boolean good = shown.codePointCount(0, shown.length()) <= MAX_LENGTH
                && isName(shown)
                && isName(key)
                && !UserId.isReserved(key);
        return good ? Optional.of(new Username(shown, key)) : Optional.empty();
    }

    @Override
    public String toString() {
        return "Username[" + shown + "]";
    }

    private static boolean isName(String text) {
        return FORM.matcher(text).matches()
                && LETTER_OR_DIGIT.matcher(text).find()
                && !STACKED.matcher(text).find()
                && text.codePoints().noneMatch(DefaultIgnorable::contains) // it would look like another name (CWE-451)
                && scripts(text).size() <= 1;
    }

    private static Set<UnicodeScript> scripts(String text) {
        return text.codePoints()
                .filter(Character::isLetter)
                .mapToObj(UnicodeScript::of)
                .filter(ALIKE::contains)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Folding can leave the normal form, so it is restored. */
    private static String key(String shown) {
        String folded = Normalizer.normalize(shown, Normalizer.Form.NFKC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
        return Normalizer.normalize(folded, Normalizer.Form.NFKC);
    }
}
