package dev.portcullis.auth.refresh;

import dev.portcullis.config.crypto.Hkdf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Computes the secret of each token from the seed of its family, so that the store has no token, and a token of any
 * generation is recognised. A copy of the store is of no use without the key, which it does not have.
 */
public final class RefreshTokens {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int SEED_BYTES = 32;
    private static final int ID_BYTES = 16;

    private final byte[] key;
    private final SecureRandom random = new SecureRandom();

    public RefreshTokens(byte[] key) {
        this.key = key.clone();
    }

    /** A family that no other has the id or the seed of. */
    public RefreshFamily begin(boolean inBody, LoginDevice device, long now) {
        return RefreshFamily.begin(random(ID_BYTES), random(SEED_BYTES), inBody, device, now);
    }

    /** The newest token of a family. */
    public RefreshToken newest(String account, RefreshFamily family) {
        return new RefreshToken(
                account, family.id(), family.generation(), secret(account, family, family.generation()));
    }

    /** Whether a token was issued for this family, at any time. Compares in constant time (CWE-208). */
    public boolean isOf(RefreshToken token, RefreshFamily family) {
        return token.generation() <= family.generation()
                && MessageDigest.isEqual(
                        ascii(token.secret()), ascii(secret(token.account(), family, token.generation())));
    }

    /**
     * The CSRF token that belongs to the newest token of a family. Two tabs that exchange one token share the cookies of
     * the second answer, so both answers have the same CSRF token.
     */
    public String csrfToken(String account, RefreshFamily family) {
        return derived("csrf." + account, family, family.generation());
    }

    private String secret(String account, RefreshFamily family, long generation) {
        return derived(account, family, generation);
    }

    private String derived(String name, RefreshFamily family, long generation) {
        byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(generation).array();
        return BASE64.encodeToString(Hkdf.hmac(key, number, ascii(name + "." + family.id() + "." + family.seed())));
    }

    private String random(int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return BASE64.encodeToString(drawn);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
