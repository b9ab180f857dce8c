package dev.portcullis.auth.password;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The passwords that are guessed first. */
final class CommonPasswords {
    private static final String RESOURCE = "common-passwords.txt";

    /** The digits and signs that users put behind a word to satisfy a rule such as ours. */
    private static final Pattern EXTENDED = Pattern.compile("(.{3,}?)(?:[!.?@#$]?\\d{1,4}[!.?@#$]?|[!.?@#$])");

    private final Set<String> words;

    private CommonPasswords(Set<String> words) {
        this.words = words;
    }

    static CommonPasswords load() {
        try (InputStream file = CommonPasswords.class.getResourceAsStream(RESOURCE)) {
            if (file == null) {
                throw new IllegalStateException("no " + RESOURCE + " in the jar");
            }
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
                return new CommonPasswords(lines.lines()
                        .filter(line -> !line.startsWith("#"))
                        .flatMap(line -> Pattern.compile(" ").splitAsStream(line))
                        .collect(Collectors.toUnmodifiableSet()));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Whether it is one of them, whatever its case, also with digits behind it and with signs for letters. */
    boolean contains(String password) {
        String folded = folded(password);
        if (isWord(folded)) {
            return true;
        }
        Matcher extended = EXTENDED.matcher(folded);
        return extended.matches() && isWord(extended.group(1));
    }

    /** The text without a difference of case. */
    static String folded(String text) {
        return text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    private boolean isWord(String folded) {
        return words.contains(folded)
                || words.contains(folded.replace('0', 'o')
                        .replace('1', 'i')
                        .replace('3', 'e')
                        .replace('@', 'a')
                        .replace('4', 'a')
                        .replace('$', 's')
                        .replace('5', 's'));
    }
}
