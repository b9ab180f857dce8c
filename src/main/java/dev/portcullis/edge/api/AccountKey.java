package dev.portcullis.edge.api;

import dev.portcullis.auth.account.EmailAddress;
import dev.portcullis.config.crypto.Sha256;
import java.util.Locale;

/**
 * The key under which the failed logins of an account count: the hash of its address, in the form in which the stage
 * compares addresses, so that another spelling gains nothing. An address without an account has one too, and tells
 * nothing (CWE-204).
 */
final class AccountKey {
    private AccountKey() {}

    static String of(String email) {
        return Sha256.base64Url(
                EmailAddress.parse(email).map(EmailAddress::value).orElseGet(() -> email.toLowerCase(Locale.ROOT)));
    }
}
