package dev.portcullis.edge.api;

import dev.portcullis.config.crypto.Sha256;
import java.net.IDN;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;

/**
 * The key under which the failed logins of an account count: the hash of its address, in the form in which the stage
 * compares addresses, so that another spelling gains nothing. An address without an account has one too, and tells
 * nothing (CWE-204).
 */
final class AccountKey {
    private AccountKey() {}

    static String of(String email) {
        String normal = normal(email).toLowerCase(Locale.ROOT);
        int at = normal.indexOf('@');
        return Sha256.base64Url(
                at < 0 ? normal : normal(normal.substring(0, at)) + "@" + domain(normal.substring(at + 1)));
    }

    private static String domain(String text) {
        try {
            return IDN.toASCII(text, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException notADomain) {
            return text; // no account has it
        }
    }

    private static String normal(String text) {
        return Normalizer.normalize(text, Form.NFKC);
    }
}
