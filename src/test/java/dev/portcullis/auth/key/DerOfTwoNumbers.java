package dev.portcullis.auth.key;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECFieldFp;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;

/**
 * A genuine signature of ECDSA whose form in DER has 64 bytes, as R and S in plain have. R is short because of a chosen
 * point, and the key is the one with which it is a signature of the text.
 */
final class DerOfTwoNumbers {
    private static final BigInteger P =
            ((ECFieldFp) SignatureCheck.P256.getCurve().getField()).getP();
    private static final BigInteger ORDER = SignatureCheck.P256.getOrder();
    private static final int R_BYTES = 26;
    private static final int S_BYTES = 32;

    private final String text;
    private final PublicKey key;
    private final byte[] der;
    private final byte[] plain;

    private DerOfTwoNumbers(String text, PublicKey key, byte[] der, byte[] plain) {
        this.text = text;
        this.key = key;
        this.der = der;
        this.plain = plain;
    }

    static DerOfTwoNumbers of(String text) throws GeneralSecurityException {
        ECPoint chosen = pointFrom(BigInteger.TWO.pow(8 * R_BYTES - 2));
        BigInteger r = chosen.getAffineX();
        BigInteger s = BigInteger.TWO.pow(8 * S_BYTES - 2).add(BigInteger.TWO);
        BigInteger hash = new BigInteger(1, MessageDigest.getInstance("SHA-256").digest(text.getBytes(US_ASCII)));
        ECPoint sum = add(times(s, chosen), times(hash.negate().mod(ORDER), SignatureCheck.P256.getGenerator()));
        ECPoint key = times(r.modInverse(ORDER), sum);
        return new DerOfTwoNumbers(
                text,
                KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(key, SignatureCheck.P256)),
                der(r, s),
                plain(r, s));
    }

    PublicKey key() {
        return key;
    }

    SignedText inDer() {
        return new SignedText(text, der);
    }

    /** R and S of 32 bytes each. */
    SignedText inPlain() {
        return new SignedText(text, plain);
    }

    /** According to the JDK, which reads DER. */
    boolean isSignature() throws GeneralSecurityException {
        Signature check = Signature.getInstance("SHA256withECDSA");
        check.initVerify(key);
        check.update(text.getBytes(US_ASCII));
        return check.verify(der);
    }

    private static byte[] der(BigInteger r, BigInteger s) {
        byte[] der = new byte[2 + 2 + R_BYTES + 2 + S_BYTES];
        der[0] = 0x30;
        der[1] = (byte) (der.length - 2);
        der[2] = 2;
        der[3] = R_BYTES;
        System.arraycopy(r.toByteArray(), 0, der, 4, R_BYTES);
        der[4 + R_BYTES] = 2;
        der[5 + R_BYTES] = S_BYTES;
        System.arraycopy(s.toByteArray(), 0, der, 6 + R_BYTES, S_BYTES);
        return der;
    }

    private static byte[] plain(BigInteger r, BigInteger s) {
        byte[] plain = new byte[2 * S_BYTES];
        System.arraycopy(r.toByteArray(), 0, plain, S_BYTES - R_BYTES, R_BYTES);
        System.arraycopy(s.toByteArray(), 0, plain, S_BYTES, S_BYTES);
        return plain;
    }

    /** The first point whose x is not less. */
    private static ECPoint pointFrom(BigInteger least) {
        BigInteger x = least;
        while (true) {
            BigInteger square = x.pow(3)
                    .add(SignatureCheck.P256.getCurve().getA().multiply(x))
                    .add(SignatureCheck.P256.getCurve().getB())
                    .mod(P);
            BigInteger y = square.modPow(P.add(BigInteger.ONE).shiftRight(2), P);
            if (y.modPow(BigInteger.TWO, P).equals(square)) {
                return new ECPoint(x, y);
            }
            x = x.add(BigInteger.ONE);
        }
    }

    private static ECPoint times(BigInteger factor, ECPoint point) {
        ECPoint result = ECPoint.POINT_INFINITY;
        for (int bit = factor.bitLength() - 1; bit >= 0; bit--) {
            result = add(result, result);
            if (factor.testBit(bit)) {
                result = add(result, point);
            }
        }
        return result;
    }

    private static ECPoint add(ECPoint one, ECPoint two) {
        if (one.equals(ECPoint.POINT_INFINITY)) {
            return two;
        }
        if (two.equals(ECPoint.POINT_INFINITY)) {
            return one;
        }
        BigInteger x1 = one.getAffineX();
        BigInteger y1 = one.getAffineY();
        BigInteger x2 = two.getAffineX();
        BigInteger y2 = two.getAffineY();
        BigInteger slope = one.equals(two)
                ? x1.pow(2)
                        .multiply(BigInteger.valueOf(3))
                        .add(SignatureCheck.P256.getCurve().getA())
                        .multiply(y1.shiftLeft(1).modInverse(P))
                : y2.subtract(y1).multiply(x2.subtract(x1).mod(P).modInverse(P));
        BigInteger x = slope.pow(2).subtract(x1).subtract(x2).mod(P);
        return new ECPoint(x, slope.multiply(x1.subtract(x)).subtract(y1).mod(P));
    }
}
