package dev.portcullis.auth.token;

import dev.portcullis.config.crypto.Sha256;
import java.util.regex.Pattern;

/**
 * The user id of a {@code sub} that has another form than user ids have. Nothing that a token or a certificate names may
 * have this form itself: it could stand for the hash of another (CWE-290).
 */
public final class HashedSubject {
    private static final String PREFIX = "h:";
    private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");

    private HashedSubject() {}

    /** The hash that follows the issuer's prefix. */
    static String of(String iss, String sub) {
        return PREFIX + Sha256.base64Url(iss + "\0" + sub);
    }

    public static boolean hasFormOf(String name) {
        return name.startsWith(PREFIX) && FORM.matcher(name).matches();
    }
}
