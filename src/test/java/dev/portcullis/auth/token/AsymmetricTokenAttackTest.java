package dev.portcullis.auth.token;

import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.auth.token.Tokens.base64;
import static dev.portcullis.auth.token.Tokens.claims;
import static dev.portcullis.auth.token.Tokens.hmac;
import static dev.portcullis.auth.token.Tokens.in;
import static dev.portcullis.kit.Await.done;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.key.SignatureAlgorithm;
import dev.portcullis.auth.key.TestKeys;
import dev.portcullis.bus.AnswerUnavailable;
import dev.portcullis.kit.Await;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forged tokens against each algorithm with a public key (RFC 8725 sections 2.1 to 2.8). */
@ExtendWith(VertxExtension.class)
class AsymmetricTokenAttackTest {
    private static final BigInteger P256_ORDER =
            new BigInteger("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", 16);

    /** The issuer's, and one of a stranger: made once for both algorithms of RSA, whose keys take long to make. */
    private static final List<TestKeys> RSA = List.of(TestKeys.rsa("k", 2_048), TestKeys.rsa("k", 2_048));

    private static Vertx vertx;

    @BeforeAll
    static void start(Vertx shared) {
        vertx = shared;
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256", "ES256", "EdDSA"})
    void genuine_token_is_valid_and_each_attack_is_an_invalid_token(String algorithm) throws Exception {
        TestKeys keys = keys(algorithm, 0);
        TokenVerifier verifier = verifier(algorithm, keys);
        String genuine = keys.token(algorithm, claims(""));
        assertThat(verify(verifier, genuine)).isInstanceOf(TokenVerification.Valid.class);

        attacks(algorithm, keys, genuine)
                .forEach((name, token) ->
                        assertThat(verify(verifier, token)).as(name).matches(Tokens::isInvalid, "invalid"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256", "ES256", "EdDSA"})
    void token_is_expired_from_the_second_of_its_exp_and_only_if_nothing_else_is_wrong(String algorithm)
            throws Exception {
        TestKeys keys = keys(algorithm, 0);
        TokenVerifier verifier = verifier(algorithm, keys);

        assertThat(verify(verifier, keys.token(algorithm, lifetime(-60, 1, ""))))
                .isInstanceOf(TokenVerification.Valid.class);
        assertThat(verify(verifier, keys.token(algorithm, lifetime(-60, 0, ""))))
                .isEqualTo(TokenVerification.invalid(TokenDefect.EXPIRED));
        assertThat(verify(verifier, keys.token(algorithm, lifetime(-60, -1, ",\"aud\":\"mail\""))))
                .isEqualTo(TokenVerification.invalid(TokenDefect.WRONG_AUDIENCE));
        String forged = keys(algorithm, 1).token(algorithm, lifetime(-60, -1, ""));
        assertThat(verify(verifier, forged)).isEqualTo(TokenVerification.invalid(TokenDefect.EXPIRED_UNSIGNED));
    }

    @Test
    void mirrored_signature_makes_no_other_token_of_one_without_an_id() throws Exception {
        TestKeys keys = keys("ES256", 0);
        TokenVerifier verifier = verifier("ES256", keys);
        String genuine = keys.token("ES256", claims(""));
        String mirrored = mirrored(genuine);
        assertThat(mirrored).isNotEqualTo(genuine);

        assertThat(id(verify(verifier, mirrored))).isEqualTo(id(verify(verifier, genuine)));
    }

    private static String id(TokenVerification verification) {
        return verification.fold(TokenClaims::tokenId, why -> why.toString());
    }

    /** The other S that is valid beside the same R: the order of the curve without the first one. */
    private static String mirrored(String token) {
        int at = token.lastIndexOf('.') + 1;
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(at));
        byte[] s = P256_ORDER
                .subtract(new BigInteger(1, Arrays.copyOfRange(signature, 32, 64)))
                .toByteArray();
        Arrays.fill(signature, 32, 64, (byte) 0);
        int zeros = Math.max(0, s.length - 32);
        System.arraycopy(s, zeros, signature, 64 - s.length + zeros, s.length - zeros);
        return token.substring(0, at) + base64(signature);
    }

    private static TestKeys keys(String algorithm, int number) {
        return algorithm.endsWith("S256") && !algorithm.equals("ES256") ? RSA.get(number) : TestKeys.of(algorithm, "k");
    }

    private static Map<String, String> attacks(String algorithm, TestKeys keys, String genuine) throws Exception {
        String head = genuine.substring(0, genuine.indexOf('.'));
        String body = genuine.substring(0, genuine.lastIndexOf('.'));
        String signature = genuine.substring(genuine.lastIndexOf('.') + 1);
        Map<String, String> attacks = new LinkedHashMap<>();
        for (String none : List.of("none", "None", "NONE", "nOnE", "none ", " none", "", "n\u043ene", "none\\u0000")) {
            attacks.put("alg " + none, header("{\"alg\":\"" + none + "\"}") + "." + signature);
            attacks.put("unsigned, alg " + none, header("{\"alg\":\"" + none + "\"}") + ".");
        }
        attacks.put(
                "lower case",
                keys.signed(algorithm, "{\"alg\":\"" + algorithm.toLowerCase(Locale.ROOT) + "\"}", claims("")));
        attacks.put("another key", keys(algorithm, 1).token(algorithm, claims("")));
        attacks.put(
                "other claims",
                head + "." + base64(claims(",\"role\":\"admin\"").getBytes(UTF_8)) + "." + signature);
        attacks.put("signature left out", body);
        attacks.put("signature emptied", body + ".");
        attacks.put("signature cut", genuine.substring(0, genuine.length() - 8));
        attacks.put("signature twice", genuine + signature);
        attacks.put("a fourth part", genuine + "." + signature);
        attacks.put("five parts, as of an encrypted token", genuine + ".." + signature);
        attacks.put("white space", genuine + " ");
        attacks.put("padding", genuine + "=");
        attacks.put("another encoding of the last bits", nonCanonical(genuine));
        attacks.put(
                "JSON serialization",
                "{\"payload\":\"" + body.substring(head.length() + 1) + "\",\"protected\":\"" + head
                        + "\",\"signature\":\"" + signature + "\"}");
        attacks.put("deep", keys.token(algorithm, claims(",\"x\":" + "[".repeat(11) + "]".repeat(11))));
        attacks.put(
                "deep objects", keys.token(algorithm, claims(",\"x\":" + "{\"a\":".repeat(11) + "1" + "}".repeat(11))));
        attacks.put("huge", keys.token(algorithm, claims(",\"x\":\"" + "y".repeat(4_000) + "\"")));
        attacks.put("two subjects", keys.token(algorithm, claims(",\"sub\":\"eve\"")));
        attacks.put("nbf ahead", keys.token(algorithm, claims(",\"nbf\":" + in(3))));
        attacks.put("exp as text", keys.token(algorithm, "{\"sub\":\"ann\",\"exp\":\"" + in(60) + "\"}"));
        attacks.put("exp negative", keys.token(algorithm, "{\"sub\":\"ann\",\"exp\":-1e20}"));
        attacks.put("exp enormous", keys.token(algorithm, "{\"sub\":\"ann\",\"exp\":1e300}"));
        attacks.putAll(headers(algorithm, keys));
        attacks.putAll(confusions(keys));
        if (algorithm.equals("ES256")) {
            attacks.putAll(ofCurves(keys, body));
        }
        return attacks;
    }

    /** Members of the header that some libraries obey. */
    private static Map<String, String> headers(String algorithm, TestKeys keys) {
        TestKeys own = keys(algorithm, 1);
        Map<String, String> attacks = new LinkedHashMap<>();
        for (String member : List.of(
                "\"jwk\":" + own.jwk(""),
                "\"jku\":\"https://attacker.example/jwks\"",
                "\"x5u\":\"https://attacker.example/cert\"",
                "\"x5c\":[\""
                        + Base64.getEncoder()
                                .encodeToString(own.pair().getPublic().getEncoded()) + "\"]",
                "\"kid\":\"../../../../dev/null\"",
                "\"kid\":\"x' UNION SELECT 'k\"",
                "\"kid\":\"https://attacker.example/key\"")) {
            attacks.put(
                    "own key and " + member,
                    own.signed(algorithm, "{\"alg\":\"" + algorithm + "\"," + member + "}", claims("")));
        }
        for (String member : List.of(
                "\"crit\":[\"exp\"]",
                "\"crit\":[]",
                "\"b64\":false",
                "\"zip\":\"DEF\"",
                "\"cty\":\"JWT\"",
                "\"typ\":\"dpop+jwt\"",
                "\"typ\":\"logout+jwt\"",
                "\"typ\":null",
                "\"alg\":\"none\"",
                "\"kid\":1")) {
            attacks.put(member, keys.signed(algorithm, "{\"alg\":\"" + algorithm + "\"," + member + "}", claims("")));
        }
        return attacks;
    }

    /** A public key is known to all: as the secret of an HMAC it signs for all (CVE-2015-9235). */
    private static Map<String, String> confusions(TestKeys keys) throws GeneralSecurityException {
        Map<String, String> attacks = new LinkedHashMap<>();
        for (String hs : List.of("HS256", "HS384", "HS512")) {
            String text = header("{\"alg\":\"" + hs + "\",\"kid\":\"k\"}");
            attacks.put(
                    hs + " with the PEM", text + "." + base64(mac(hs, keys.pem().getBytes(US_ASCII), text)));
            attacks.put(
                    hs + " with the PEM, stripped",
                    text + "." + base64(mac(hs, keys.pem().strip().getBytes(US_ASCII), text)));
            attacks.put(
                    hs + " with the DER",
                    text + "." + base64(mac(hs, keys.pair().getPublic().getEncoded(), text)));
            if (keys.pair().getPublic() instanceof RSAPublicKey rsa) {
                attacks.put(
                        hs + " with the modulus",
                        text + "." + base64(mac(hs, rsa.getModulus().toByteArray(), text)));
            }
        }
        attacks.put("HS256 of another text", header("{\"alg\":\"HS256\"}") + "." + base64(hmac("x", "\0")));
        return attacks;
    }

    /** What a lax check of ECDSA accepts. */
    private static Map<String, String> ofCurves(TestKeys keys, String body) throws GeneralSecurityException {
        byte[] good = keys.sign("ES256", body);
        byte[] r = Arrays.copyOfRange(good, 0, 32);
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(good, 32, 64));
        Map<String, String> attacks = new LinkedHashMap<>();
        attacks.put("zeros (CVE-2022-21449)", body + "." + base64(new byte[64]));
        attacks.put("r zero", body + "." + base64(join(new byte[32], fixed(s))));
        attacks.put("s zero", body + "." + base64(join(r, new byte[32])));
        attacks.put("both the order", body + "." + base64(join(fixed(P256_ORDER), fixed(P256_ORDER))));
        attacks.put(
                "s beyond the order",
                body + "." + base64(join(r, fixed(s.add(P256_ORDER).mod(BigInteger.TWO.pow(256))))));
        attacks.put("DER", body + "." + base64(der(keys, body)));
        attacks.put("DER of zeros", body + "." + base64(new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0}));
        assertThat(((ECPublicKey) keys.pair().getPublic()).getParams().getOrder())
                .isEqualTo(P256_ORDER);
        return attacks;
    }

    private static byte[] der(TestKeys keys, String text) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.pair().getPrivate());
        signature.update(text.getBytes(US_ASCII));
        return signature.sign();
    }

    private static byte[] join(byte[] r, byte[] s) {
        byte[] both = Arrays.copyOf(r, 64);
        System.arraycopy(s, 0, both, 32, 32);
        return both;
    }

    private static byte[] fixed(BigInteger number) {
        byte[] plain = number.toByteArray();
        byte[] bytes = new byte[32];
        int length = Math.min(32, plain.length);
        System.arraycopy(plain, plain.length - length, bytes, 32 - length, length);
        return bytes;
    }

    private static byte[] mac(String algorithm, byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA" + algorithm.substring(2));
        mac.init(new SecretKeySpec(key, "HMAC"));
        return mac.doFinal(text.getBytes(US_ASCII));
    }

    private static String header(String header) {
        return base64(header.getBytes(ISO_8859_1)) + "." + base64(claims("").getBytes(UTF_8));
    }

    /** The bits that fill up the last character are set. */
    private static String nonCanonical(String token) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = alphabet.indexOf(token.charAt(token.length() - 1));
        return token.substring(0, token.length() - 1) + alphabet.charAt(last | 1);
    }

    private static String lifetime(long begin, long end, String more) {
        return "{\"sub\":\"ann\",\"iat\":" + in(begin) + ",\"exp\":" + in(end) + more + "}";
    }

    private static TokenVerifier verifier(String algorithm, TestKeys keys) throws Exception {
        IssuerConfig issuer = Tokens.issuer(SignatureAlgorithm.of(algorithm).orElseThrow(), keys);
        return Tokens.verifier(vertx, Tokens.config(issuer), () -> NOW);
    }

    /** A machine that pauses frees no thread in time; that says nothing about the token. */
    private static TokenVerification verify(TokenVerifier verifier, String token) {
        AtomicReference<TokenVerification> verified = new AtomicReference<>();
        assertThat(Await.until(() -> {
                    try {
                        verified.set(done(verifier.verify(token)));
                        return true;
                    } catch (AnswerUnavailable busy) {
                        return false;
                    }
                }))
                .isTrue();
        return Objects.requireNonNull(verified.get());
    }
}
