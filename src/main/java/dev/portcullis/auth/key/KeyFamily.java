package dev.portcullis.auth.key;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;

/** The kinds of keys that can check a signature. */
public enum KeyFamily {
    SECRET("a secret"),
    RSA("an RSA key"),
    P256("a key on the curve P-256"),
    ED25519("an Ed25519 key");

    private final String words;

    KeyFamily(String words) {
        this.words = words;
    }

    /** For sentences. */
    public String words() {
        return words;
    }

    /** The family by the key's type; that the key is a good one is another matter. */
    static Optional<KeyFamily> of(PublicKey key) {
        if (key instanceof RSAPublicKey) {
            return Optional.of(RSA);
        }
        if (key instanceof ECPublicKey) {
            return Optional.of(P256);
        }
        return key instanceof EdECPublicKey ? Optional.of(ED25519) : Optional.empty();
    }
}
