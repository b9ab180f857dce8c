package dev.portcullis.auth.password;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Decides which passwords a user may choose (NIST SP 800-63B section 5.1.1.2, and a mixed alphabet). */
public final class PasswordPolicy {
    private static final int MIN_LENGTH = 8;
    private static final int MAX_LENGTH = 128;

    private static final String RESOURCE = "common-passwords.txt";

    /** The digits and signs that users put behind a word to satisfy a rule such as ours. */
    private static final Pattern EXTENDED = Pattern.compile("(.{3,}?)(?:[!.?@#$]?\\d{1,4}[!.?@#$]?|[!.?@#$])");

    private final Set<String> common = commonPasswords();

    /** @param names the user's own names, such as the e-mail address, which others know or guess */
    public boolean accepts(String password, String... names) {
        String normal = Normalizer.normalize(password, Normalizer.Form.NFKC);
        int length = normal.codePointCount(0, normal.length());
        return length >= MIN_LENGTH
                && length <= MAX_LENGTH
                && normal.codePoints().noneMatch(PasswordPolicy::isUnusable)
                && isMixed(normal)
                && Arrays.stream(names).noneMatch(name -> isName(normal, name))
                && !isCommon(normal);
    }

    /** A script without case can't offer two of them. */
    private static boolean isMixed(String password) {
        boolean bothCases = password.codePoints().anyMatch(Character::isUpperCase)
                && password.codePoints().anyMatch(Character::isLowerCase);
        return (bothCases || password.codePoints().anyMatch(PasswordPolicy::isCaseless))
                && password.codePoints().anyMatch(Character::isDigit);
    }

    private static boolean isCaseless(int point) {
        return Character.getType(point) == Character.OTHER_LETTER;
    }

    /** Such characters are typed by accident, or are no characters: two encoders may turn them into different bytes. */
    private static boolean isUnusable(int point) {
        return Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE;
    }

    private static boolean isName(String password, String name) {
        return folded(password).equals(folded(Normalizer.normalize(name, Normalizer.Form.NFKC)));
    }

    private static Set<String> commonPasswords() {
        try (InputStream file = PasswordPolicy.class.getResourceAsStream(RESOURCE)) {
            if (file == null) {
                throw new IllegalStateException("no " + RESOURCE + " in the jar");
            }
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
                return lines.lines()
                        .filter(line -> !line.startsWith("#"))
                        .flatMap(line -> Pattern.compile(" ").splitAsStream(line))
                        .collect(Collectors.toUnmodifiableSet());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Whether it is one of those that are guessed first, whatever its case, also with digits behind it and with signs for letters. */
    private boolean isCommon(String password) {
        String folded = folded(password);
        if (isWord(folded)) {
            return true;
        }
        Matcher extended = EXTENDED.matcher(folded);
        return extended.matches() && isWord(extended.group(1));
    }

    /** The text without a difference of case. */
    private static String folded(String text) {
        return text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    private boolean isWord(String folded) {
        return common.contains(folded)
                || common.contains(folded.replace('0', 'o')
                        .replace('1', 'i')
                        .replace('3', 'e')
                        .replace('@', 'a')
                        .replace('4', 'a')
                        .replace('$', 's')
                        .replace('5', 's'));
    }
}
