package dev.portcullis.auth.password;

import java.text.Normalizer;
import java.util.Arrays;

/** Decides which passwords a user may choose (NIST SP 800-63B section 5.1.1.2, and a mixed alphabet). */
public final class PasswordPolicy {
    private static final int MIN_LENGTH = 8;
    private static final int MAX_LENGTH = 128;

    private final CommonPasswords common;

    public PasswordPolicy() {
        this.common = CommonPasswords.load();
    }

    /** @param names the user's own names, such as the e-mail address, which others know or guess */
    public boolean accepts(String password, String... names) {
        String normal = Normalizer.normalize(password, Normalizer.Form.NFKC);
        int length = normal.codePointCount(0, normal.length());
        return length >= MIN_LENGTH
                && length <= MAX_LENGTH
                && normal.codePoints().noneMatch(PasswordPolicy::isUnusable)
                && isMixed(normal)
                && Arrays.stream(names).noneMatch(name -> isName(normal, name))
                && !common.contains(normal);
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
        return CommonPasswords.folded(password)
                .equals(CommonPasswords.folded(Normalizer.normalize(name, Normalizer.Form.NFKC)));
    }
}
