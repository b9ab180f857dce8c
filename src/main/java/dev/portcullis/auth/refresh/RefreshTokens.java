package dev.portcullis.auth.refresh;

import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.config.crypto.ConstantTime;
import dev.portcullis.config.crypto.Hkdf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Computes the secret of each token from the seed of its family, so that the store has no token, and a token of any
 * generation is recognised. A copy of the store is of no use without the key, which it does not have.
 */
public final class RefreshTokens {
    private static final int SEED_BYTES = 32;
    private static final int ID_BYTES = 16;

    /** Characters of a secret, of which the rest is its tag. */
    private static final int PROOF = 22;

    private static final int TAG = 21;

    private final byte[] key;

    public RefreshTokens(byte[] key) {
        this.key = key.clone();
    }

    /** A family that no other has the id or the seed of. */
    public RefreshFamily begin(boolean inBody, LoginDevice device, long now) {
        return RefreshFamily.begin(Base64Url.random(ID_BYTES), Base64Url.random(SEED_BYTES), inBody, device, now);
    }

    public RefreshToken newest(String account, RefreshFamily family) {
        return new RefreshToken(
                account, family.id(), family.generation(), secret(account, family, family.generation()));
    }

    /** Whether a token was issued for this family, at any time. */
    public boolean isOf(RefreshToken token, RefreshFamily family) {
        return token.generation() <= family.generation()
                && ConstantTime.isEqual(token.secret(), secret(token.account(), family, token.generation()));
    }

    /**
     * The CSRF token that belongs to the newest token of a family. Two tabs that exchange one token share the cookies of
     * the second answer, so both answers have the same CSRF token.
     */
    public String csrfToken(String account, RefreshFamily family) {
        return derived("csrf." + account, family, family.generation());
    }

    /**
     * Whether a text can be a token that was ever issued: known without its family, so that what somebody made up reaches no store
     * (CWE-770).
     */
    public boolean isGenuine(RefreshToken token) {
        String proof = token.secret().substring(0, PROOF);
        return ConstantTime.isEqual(
                token.secret(), proof + tag(token.account(), token.family(), token.generation(), proof));
    }

    /** A proof of 132 bits that needs the seed of the family, and a tag of 126 bits that needs none. */
    private String secret(String account, RefreshFamily family, long generation) {
        String proof = derived(account, family, generation).substring(0, PROOF);
        return proof + tag(account, family.id(), generation, proof);
    }

    private String tag(String account, String family, long generation, String proof) {
        return keyed(generation, "tag." + account + "." + family + "." + proof).substring(0, TAG);
    }

    private String derived(String name, RefreshFamily family, long generation) {
        return keyed(generation, name + "." + family.id() + "." + family.seed());
    }

    private String keyed(long generation, String text) {
        byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(generation).array();
        return Base64Url.encode(Hkdf.hmac(key, number, ascii(text)));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
