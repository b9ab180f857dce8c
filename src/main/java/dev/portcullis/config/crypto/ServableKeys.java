package dev.portcullis.config.crypto;

import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * Knows the types of keys that a listener can serve. Vert.x and the JDK can't read other types, or no client completes
 * a handshake with them.
 */
public final class ServableKeys {
    public static final String WORDS = "RSA of 2048 bits or more, or EC on P-256, P-384 or P-521";

    private static final int RSA_BITS = 2_048;

    /** The object identifiers of the three curves (RFC 5480 section 2.1.1.1), in DER. */
    private static final Set<String> CURVES = Set.of("06082a8648ce3d030107", "06052b81040022", "06052b81040023");

    private ServableKeys() {}

    /** The type of this key, if it can't be served. */
    public static Optional<String> unserved(PublicKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" ->
                Optional.of(key)
                        .filter(RSAKey.class::isInstance)
                        .map(rsa -> ((RSAKey) rsa).getModulus().bitLength())
                        .filter(bits -> bits < RSA_BITS)
                        .map(bits -> "a key of RSA with " + bits + " bits");
            case "EC" -> isOnServedCurve(key) ? Optional.empty() : Optional.of("a key on a curve that is not served");
            default -> Optional.of("a key of " + key.getAlgorithm());
        };
    }

    /**
     * Compares the curve's identifier: not every JDK has parameters for a curve that it does not support, but all keep
     * its identifier.
     */
    private static boolean isOnServedCurve(PublicKey key) {
        String algorithm = HexFormat.of().formatHex(KeyPairCheck.algorithm(key.getEncoded()));
        return CURVES.stream().anyMatch(algorithm::endsWith);
    }
}
