package dev.portcullis.auth.key;

import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.util.Optional;
import java.util.Set;

/** Which public keys are good enough to check signatures with. */
final class PublicKeyRules {
    private static final int MIN_RSA_BITS = 2_048;

    /** A longer key makes each check slow (CWE-400). */
    private static final int MAX_RSA_BITS = 8_192;

    private static final int MAX_EXPONENT_BITS = 33;

    private static final BigInteger ED25519_P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    /**
     * The y coordinates of the points of small order: with one of them as the key, anyone can sign (RFC 7748 section
     * 7).
     */
    private static final Set<BigInteger> SMALL_ORDER = Set.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            ED25519_P.subtract(BigInteger.ONE),
            new BigInteger("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16),
            new BigInteger("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7", 16));

    private PublicKeyRules() {}

    /** Why the key must not be used; empty if it may. */
    static Optional<String> problem(PublicKey key) {
        return weakness(key)
                .or(() -> isAccepted(key)
                        ? Optional.empty()
                        : Optional.of("is no key that signatures can be checked with"));
    }

    /** Of some keys only a check shows that they are none, such as a number that is no point of the curve. */
    private static boolean isAccepted(PublicKey key) {
        return KeyFamily.of(key).stream()
                .flatMap(family -> SignatureAlgorithm.of(family).stream())
                .allMatch(algorithm -> SignatureCheck.of(algorithm, key).isPresent());
    }

    private static Optional<String> weakness(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return weakness(rsa);
        }
        if (key instanceof ECPublicKey ec) {
            return isOnP256(ec) ? Optional.empty() : Optional.of("is no point of the curve P-256");
        }
        if (key instanceof EdECPublicKey ed) {
            return isGood(ed) ? Optional.empty() : Optional.of("is no Ed25519 key that can be used");
        }
        return Optional.of("is a key of " + key.getAlgorithm());
    }

    /** Whether each check takes long enough to disturb an event loop. */
    static boolean isSlow(PublicKey key) {
        return !(key instanceof RSAPublicKey rsa) || rsa.getModulus().bitLength() > 2 * MIN_RSA_BITS;
    }

    private static Optional<String> weakness(RSAPublicKey key) {
        int bits = key.getModulus().bitLength();
        BigInteger exponent = key.getPublicExponent();
        if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) { // RFC 7518 section 3.3
            return Optional.of("has " + bits + " bits");
        }
        boolean usual = exponent.testBit(0)
                && exponent.compareTo(BigInteger.TWO) > 0
                && exponent.bitLength() <= MAX_EXPONENT_BITS
                && key.getModulus().testBit(0);
        return usual ? Optional.empty() : Optional.of("has an exponent or a modulus that no RSA key has");
    }

    /** A point that is not on the curve reveals or forges (CWE-347). */
    private static boolean isOnP256(ECPublicKey key) {
        ECParameterSpec curve = key.getParams();
        ECPoint w = key.getW();
        BigInteger p = ((ECFieldFp) SignatureCheck.P256.getCurve().getField()).getP();
        if (curve == null
                || !curve.getCurve().equals(SignatureCheck.P256.getCurve())
                || !curve.getGenerator().equals(SignatureCheck.P256.getGenerator())
                || !curve.getOrder().equals(SignatureCheck.P256.getOrder())
                || w.equals(ECPoint.POINT_INFINITY)) {
            return false;
        }
        BigInteger x = w.getAffineX();
        BigInteger y = w.getAffineY();
        boolean inField = x.signum() >= 0 && x.compareTo(p) < 0 && y.signum() >= 0 && y.compareTo(p) < 0;
        BigInteger right = x.pow(3)
                .add(SignatureCheck.P256.getCurve().getA().multiply(x))
                .add(SignatureCheck.P256.getCurve().getB());
        return inField && y.pow(2).mod(p).equals(right.mod(p));
    }

    private static boolean isGood(EdECPublicKey key) {
        BigInteger y = key.getPoint().getY();
        return key.getParams().getName().equals("Ed25519") && y.compareTo(ED25519_P) < 0 && !SMALL_ORDER.contains(y);
    }
}
