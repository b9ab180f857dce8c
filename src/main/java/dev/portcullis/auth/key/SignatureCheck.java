package dev.portcullis.auth.key;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import javax.crypto.Mac;

/** The arithmetic of one check, on the calling thread. */
final class SignatureCheck {
    /** R and S of ES256 (RFC 7518 section 3.4), or R and S of Ed25519 (RFC 8032 section 5.1.6). */
    private static final int TWO_NUMBERS = 64;

    private static final PSSParameterSpec PSS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

    private SignatureCheck() {}

    static boolean isValid(SignatureAlgorithm algorithm, Key key, SignedText signed) {
        try {
            return switch (algorithm.family()) {
                case SECRET -> isMac(algorithm, key, signed);
                case RSA -> isSignature(algorithm, key, signed);
                case P256 -> isInRange(signed.signature()) && isSignature(algorithm, key, signed);
                case ED25519 -> signed.signature().length == TWO_NUMBERS && isSignature(algorithm, key, signed);
            };
        } catch (SignatureException malformed) {
            return false;
        } catch (GeneralSecurityException impossible) { // the key was tried when it was read
            throw new IllegalStateException(impossible);
        }
    }

    /** Whether the JDK takes the key: of some it finds out only when a check begins. */
    static boolean canBegin(SignatureAlgorithm algorithm, PublicKey key) {
        try {
            begin(algorithm).initVerify(key);
            return true;
        } catch (InvalidKeyException unusable) {
            return false;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean isMac(SignatureAlgorithm algorithm, Key key, SignedText signed)
            throws GeneralSecurityException {
        Mac mac = Mac.getInstance(algorithm.jdkName());
        mac.init(key);
        return MessageDigest.isEqual(mac.doFinal(signed.text()), signed.signature()); // in constant time (CWE-208)
    }

    private static boolean isSignature(SignatureAlgorithm algorithm, Key key, SignedText signed)
            throws GeneralSecurityException {
        Signature check = begin(algorithm);
        check.initVerify((PublicKey) key);
        check.update(signed.text());
        return check.verify(signed.signature());
    }

    private static Signature begin(SignatureAlgorithm algorithm) throws GeneralSecurityException {
        try {
            Signature check = Signature.getInstance(algorithm.jdkName());
            if (algorithm == SignatureAlgorithm.PS256) {
                check.setParameter(PSS);
            }
            return check;
        } catch (NoSuchAlgorithmException impossible) { // every JDK from 17 on has them
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Both numbers lie between 1 and the order less 1. A verifier that takes 0 accepts a signature of zeros for any
     * text (CVE-2022-21449); one that takes more accepts two signatures of one text.
     */
    private static boolean isInRange(byte[] signature) {
        return signature.length == TWO_NUMBERS
                && isInRange(new BigInteger(1, Arrays.copyOfRange(signature, 0, TWO_NUMBERS / 2)))
                && isInRange(new BigInteger(1, Arrays.copyOfRange(signature, TWO_NUMBERS / 2, TWO_NUMBERS)));
    }

    private static boolean isInRange(BigInteger number) {
        return number.signum() > 0 && number.compareTo(P256Curve.SPEC.getOrder()) < 0;
    }
}
