package dev.portcullis.auth.factor;

import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets of users with AES-256-GCM. The key is not in the store, so a copy of the store gives none of them away; and a
 * secret that is put into the row of another user does not open there.
 */
final class SecretBox {
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    SecretBox(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    String seal(UserId user, byte[] secret) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, user, nonce).doFinal(secret);
            byte[] all = Arrays.copyOf(nonce, nonce.length + sealed.length);
            System.arraycopy(sealed, 0, all, nonce.length, sealed.length);
            return Base64Url.encode(all);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has AES-GCM", impossible);
        }
    }

    /** @throws StoreFailure for what was sealed with another key, for another user, or changed since */
    byte[] open(UserId user, String sealed) {
        try {
            byte[] all = Base64.getUrlDecoder().decode(sealed);
            return cipher(Cipher.DECRYPT_MODE, user, Arrays.copyOf(all, NONCE_BYTES))
                    .doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
        } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
            throw new StoreFailure("a second factor can't be read");
        }
    }

    private Cipher cipher(int mode, UserId user, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(user.value().getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
