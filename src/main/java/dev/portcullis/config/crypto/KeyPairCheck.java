package dev.portcullis.config.crypto;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks whether a private key belongs to a certificate: the certificate's public key must verify a signature of the
 * private key.
 */
public final class KeyPairCheck {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ((?:RSA |EC )?+)PRIVATE KEY-----([A-Za-z0-9+/=\\s]++)-----END ");
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");
    private static final byte[] SAMPLE = "portcullis".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VERSION = {2, 1, 0};
    private static final byte[] RSA = {
        0x30, 13, 6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 13, 1, 1, 1, 5, 0
    };
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 4;

    private KeyPairCheck() {}

    /**
     * Returns false for keys and certificates that the JDK can't read.
     *
     * @param chain in PEM, with the leaf certificate first
     * @param key in PEM, as PKCS#8, PKCS#1 or SEC 1
     */
    public static boolean differ(String chain, String key) {
        Matcher pem = KEY.matcher(key);
        if (!pem.find()) {
            return false;
        }
        try {
            PublicKey publicKey = Certificates.first(chain).getPublicKey();
            byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
            return switch (pem.group(1)) {
                case "RSA " -> differ(publicKey, pkcs8(RSA, der));
                case "EC " ->
                    !publicKey.getAlgorithm().equals("EC")
                            || differ(publicKey, pkcs8(algorithm(publicKey.getEncoded()), der));
                default -> differ(publicKey, der);
            };
        } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
            return false;
        }
    }

    private static boolean differ(PublicKey publicKey, byte[] pkcs8) throws GeneralSecurityException {
        String needed = publicKey.getAlgorithm();
        String scheme = SIGNATURES.get(needed);
        if (scheme == null) {
            return false;
        }
        Optional<PrivateKey> privateKey = read(needed, pkcs8);
        if (privateKey.isEmpty()) {
            for (String other : SIGNATURES.keySet()) {
                if (read(other, pkcs8).isPresent()) {
                    return true;
                }
            }
            return false;
        }
        try {
            Signature signer = Signature.getInstance(scheme);
            signer.initSign(privateKey.get());
            signer.update(SAMPLE);
            byte[] signed = signer.sign();
            Signature verifier = Signature.getInstance(scheme);
            verifier.initVerify(publicKey);
            verifier.update(SAMPLE);
            return !verifier.verify(signed);
        } catch (SignatureException otherCurve) {
            return true;
        }
    }

    private static Optional<PrivateKey> read(String algorithm, byte[] pkcs8) throws GeneralSecurityException {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (InvalidKeySpecException otherAlgorithm) {
            return Optional.empty();
        }
    }

    /** RFC 5208 section 5. */
    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        byte[] octets = der(OCTETS, key);
        return der(
                SEQUENCE,
                ByteBuffer.allocate(VERSION.length + algorithm.length + octets.length)
                        .put(VERSION)
                        .put(algorithm)
                        .put(octets)
                        .array());
    }

    private static byte[] der(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length > 0xFF) { // the shortest form of the length, as DER demands
            out.write(0x82);
            out.write(content.length >> 8);
        } else if (content.length > 0x7F) {
            out.write(0x81);
        }
        out.write(content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    /** The AlgorithmIdentifier of a SubjectPublicKeyInfo (RFC 5280 section 4.1), which names the curve. */
    static byte[] algorithm(byte[] subjectPublicKeyInfo) {
        int at = (subjectPublicKeyInfo[1] & 0x80) == 0 ? 2 : 2 + (subjectPublicKeyInfo[1] & 0x7F);
        return Arrays.copyOfRange(subjectPublicKeyInfo, at, at + 2 + subjectPublicKeyInfo[at + 1]);
    }
}
