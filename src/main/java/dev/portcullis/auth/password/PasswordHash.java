package dev.portcullis.auth.password;

import dev.portcullis.config.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import org.springframework.security.crypto.bcrypt.BCrypt;

/**
 * bcrypt over a keyed hash of the password. The key is not in the store, so a copy of the store alone gives no password
 * away. The keyed hash has a fixed length of 44 characters: bcrypt ignores what is beyond 72 bytes, and ends at a NUL.
 */
final class PasswordHash {
    /** {@code $2b$} is the version whose length bug is mended. */
    private static final String VERSION = "$2b";

    private static final int COST_AT = 4;
    private static final int SALT_LENGTH = 29;

    private final byte[] pepper;
    private final int cost;
    private final SecureRandom random = new SecureRandom();
    private final String dummy;

    PasswordHash(byte[] pepper, int cost) {
        this.pepper = pepper.clone();
        this.cost = cost;
        this.dummy = BCrypt.gensalt(VERSION, cost, random) + ".".repeat(31);
    }

    /** Takes long. */
    String of(String password) {
        return BCrypt.hashpw(keyed(password), BCrypt.gensalt(VERSION, cost, random));
    }

    /** Takes long. Compares in constant time. */
    boolean matches(String password, String stored) {
        return BCrypt.checkpw(keyed(password), stored);
    }

    /** Whether it was made with a lower cost than is configured now. */
    boolean isOutdated(String stored) {
        return stored.length() > SALT_LENGTH && Integer.parseInt(stored.substring(COST_AT, COST_AT + 2)) < cost;
    }

    /** A hash that takes the same work as any other, for an account that does not exist (CWE-208). */
    String dummy() {
        return dummy;
    }

    private byte[] keyed(String password) {
        byte[] text = Normalizer.normalize(password, Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encode(Hkdf.hmac(pepper, text));
    }
}
