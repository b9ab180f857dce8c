package dev.portcullis.auth.account;

import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.auth.factor.SecondFactors;
import dev.portcullis.auth.mail.LinkTokens;
import dev.portcullis.auth.password.PasswordKeys;
import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Hkdf;
import java.nio.charset.StandardCharsets;

/**
 * The keys that are made of {@code accounts.secret}, one for each purpose. The labels must never change: with other keys
 * no password fits.
 */
public final class AccountKeys {
    private static final byte[] SALT = "portcullis accounts".getBytes(StandardCharsets.US_ASCII);

    private final Secret accessTokens;
    private final PasswordKeys passwords;
    private final byte[] refreshTokens;
    private final byte[] factorSecrets;
    private final byte[] recoveryCodes;
    private final byte[] mailedLinks;

    private AccountKeys(Hkdf keys) {
        this.accessTokens =
                new Secret(Base64Url.encode(keys.key("access token HS256 1")));
        this.passwords = new PasswordKeys(keys.key("password pepper 1"), keys.key("login work 1"));
        this.refreshTokens = keys.key("refresh token 1");
        this.factorSecrets = keys.key("second factor secret 1");
        this.recoveryCodes = keys.key("recovery code 1");
        this.mailedLinks = keys.key("mailed link 1");
    }

    public static AccountKeys of(Secret secret) {
        return new AccountKeys(Hkdf.extract(SALT, secret.bytes()));
    }

    /** Signs access tokens. */
    Secret accessTokens() {
        return accessTokens;
    }

    public PasswordKeys passwords() {
        return passwords;
    }

    /** Seal the secrets of second factors, and hash recovery codes. */
    public SecondFactors secondFactors() {
        return new SecondFactors(factorSecrets, recoveryCodes);
    }

    /** Makes the tokens of links in mails, and recognises them. */
    LinkTokens linkTokens() {
        return new LinkTokens(mailedLinks);
    }

    /** Makes the secrets of refresh tokens. */
    byte[] refreshTokens() {
        return refreshTokens.clone();
    }
}
