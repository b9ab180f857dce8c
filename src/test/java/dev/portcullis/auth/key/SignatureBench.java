package dev.portcullis.auth.key;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Prints the CPU for the check of one signature, by algorithm, and the same of the JDK alone, which reads no token. Both take
 * turns. It is the path of a token that was not verified before; one that was costs a look-up. Run it by hand:
 * {@code java -cp … dev.portcullis.auth.key.SignatureBench}.
 */
final class SignatureBench {
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 40;
    private static final long ROUND_NANOS = 100_000_000;
    private static final byte[] SECRET =
            "a secret of this bench that is long enough for each HMAC, 64 bytes".getBytes(UTF_8);
    private static final String CLAIMS = "{\"sub\":\"user-123\",\"role\":\"member\",\"rooms\":[\"team-*\",\"lobby\"],"
            + "\"jti\":\"b7a1c0de-8f4e-4b64-9a3c-0f1e2d3c4b5a\",\"iss\":\"https://chat.example.com\",\"aud\":\"portcullis\","
            + "\"iat\":1795132800,\"exp\":1795136400}";

    private interface Check {
        boolean isValid(SignedText signed) throws GeneralSecurityException;
    }

    private SignatureBench() {}

    public static void main(String[] args) throws GeneralSecurityException {
        for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
            boolean secret = algorithm.family() == KeyFamily.SECRET;
            TestKeys keys = TestKeys.of(algorithm.id(), "k");
            Key key = secret
                    ? new SecretKeySpec(SECRET, jdkName(algorithm))
                    : keys.pair().getPublic();
            String text = TestKeys.base64(("{\"alg\":\"" + algorithm.id() + "\",\"typ\":\"JWT\"}").getBytes(US_ASCII))
                    + "." + TestKeys.base64(CLAIMS.getBytes(US_ASCII));
            byte[] signature = secret ? mac(algorithm, key, text) : keys.sign(algorithm.id(), text);
            byte[] forged = secret ? mac(algorithm, key, text + "A") : keys.sign(algorithm.id(), text + "A");
            SignatureCheck library = SignatureCheck.of(algorithm, key).orElseThrow();
            Check jdk = signed -> isValid(algorithm, key, text, signed.signature());
            compare(algorithm.id() + ", genuine", library::isValid, jdk, new SignedText(text, signature), true);
            compare(algorithm.id() + ", forged", library::isValid, jdk, new SignedText(text, forged), false);
        }
    }

    private static void compare(String name, Check library, Check jdk, SignedText signed, boolean expected)
            throws GeneralSecurityException {
        List<Double> ours = new ArrayList<>();
        List<Double> baseline = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            double one = microsEach(library, signed, expected);
            double two = microsEach(jdk, signed, expected);
            if (round >= ROUNDS / 2) { // those before warm up
                ours.add(one);
                baseline.add(two);
            }
        }
        System.out.printf(
                "%s: %.1f us, of the JDK alone %.1f us, ratio %.2f%n",
                name, median(ours), median(baseline), median(ours) / median(baseline));
    }

    private static double microsEach(Check check, SignedText signed, boolean expected) throws GeneralSecurityException {
        long start = CPU.getCurrentThreadCpuTime();
        long end = start;
        int count = 0;
        while (end - start < ROUND_NANOS) {
            for (int i = 0; i < 16; i++) {
                if (check.isValid(signed) != expected) {
                    throw new AssertionError("wrong result");
                }
            }
            count += 16;
            end = CPU.getCurrentThreadCpuTime();
        }
        return (end - start) / 1e3 / count;
    }

    private static boolean isValid(SignatureAlgorithm algorithm, Key key, String text, byte[] signature)
            throws GeneralSecurityException {
        if (algorithm.family() == KeyFamily.SECRET) {
            return MessageDigest.isEqual(mac(algorithm, key, text), signature);
        }
        Signature check = Signature.getInstance(jdkName(algorithm));
        if (algorithm == SignatureAlgorithm.PS256) {
            check.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        }
        check.initVerify((PublicKey) key);
        check.update(text.getBytes(US_ASCII));
        return check.verify(signature);
    }

    private static byte[] mac(SignatureAlgorithm algorithm, Key key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(jdkName(algorithm));
        mac.init(key);
        return mac.doFinal(text.getBytes(US_ASCII));
    }

    private static String jdkName(SignatureAlgorithm algorithm) {
        return Map.of(
                        SignatureAlgorithm.RS256, "SHA256withRSA",
                        SignatureAlgorithm.PS256, "RSASSA-PSS",
                        SignatureAlgorithm.ES256, "SHA256withECDSAinP1363Format",
                        SignatureAlgorithm.EDDSA, "Ed25519")
                .getOrDefault(algorithm, "HmacSHA" + algorithm.id().substring(2));
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
