package dev.portcullis.auth.account;

import dev.portcullis.auth.factor.SecondFactors;
import dev.portcullis.auth.mail.LinkTokens;
import dev.portcullis.auth.password.PasswordConfig;
import dev.portcullis.auth.password.PasswordHasher;
import dev.portcullis.auth.refresh.RefreshTokens;
import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.config.crypto.Hkdf;
import dev.portcullis.resilience.WorkerPool;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/**
 * The keys that are made of {@code accounts.secret}, one for each purpose. The labels must never change: with other keys
 * no password fits.
 */
public final class AccountKeys {
    private static final byte[] SALT = "portcullis accounts".getBytes(StandardCharsets.US_ASCII);

    private final Hkdf keys;

    private AccountKeys(Hkdf keys) {
        this.keys = keys;
    }

    public static AccountKeys of(Secret secret) {
        return new AccountKeys(Hkdf.extract(SALT, secret.bytes()));
    }

    /** Signs access tokens. */
    Secret accessTokens() {
        return new Secret(Base64Url.encode(keys.key("access token HS256 1")));
    }

    /** @param workers of {@link PasswordHasher#workers} */
    public PasswordHasher passwords(WorkerPool workers, PasswordConfig config, LongSupplier clock) {
        return new PasswordHasher(workers, pepper(), keys.key("login work 1"), config, clock);
    }

    byte[] pepper() {
        return keys.key("password pepper 1");
    }

    /** Seal the secrets of second factors, and hash recovery codes. */
    public SecondFactors secondFactors() {
        return new SecondFactors(keys.key("second factor secret 1"), keys.key("recovery code 1"));
    }

    /** Makes the tokens of links in mails, and recognises them. */
    LinkTokens linkTokens() {
        return new LinkTokens(keys.key("mailed link 1"));
    }

    RefreshTokens refreshTokens() {
        return new RefreshTokens(refreshKey());
    }

    byte[] refreshKey() {
        return keys.key("refresh token 1");
    }
}
