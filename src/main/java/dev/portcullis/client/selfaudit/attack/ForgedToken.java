package dev.portcullis.client.selfaudit.attack;

import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens that no issuer has signed (RFC 8725). */
public final class ForgedToken {
    private static final String HMAC = "HmacSHA256";
    private static final int RSA_BITS = 2_048;
    private static final int LIFETIME_SECONDS = 600;

    /** Secrets of examples and manuals, which somebody always leaves in place (CWE-798). */
    static final List<String> PUBLISHED = List.of(
            "dev-only-secret-known-to-everybody-who-reads-this",
            "secret",
            "your-256-bit-secret",
            "your-secret-key",
            "a-string-secret-at-least-256-bits-long",
            "changeme",
            "change-me",
            "supersecret",
            "jwt-secret",
            "mysecret",
            "password",
            "test");

    private ForgedToken() {}

    /** Claims such as a valid token has, or those of that token. */
    public static JsonObject claims(Optional<String> model, String user) {
        long now = System.currentTimeMillis() / 1_000;
        return model.flatMap(AuditUsers::claims)
                .map(JsonObject::copy)
                .orElseGet(() -> new JsonObject().put("sub", user).put("role", "member"))
                .put("iat", now)
                .put("exp", now + LIFETIME_SECONDS);
    }

    /** Without a signature. */
    public static String unsigned(JsonObject header, JsonObject claims) {
        return encoded(header) + "." + encoded(claims) + ".";
    }

    /** With an HMAC under this key. */
    public static String signed(JsonObject header, JsonObject claims, byte[] key) {
        String body = encoded(header) + "." + encoded(claims);
        return body + "." + base64(hmac(body, key));
    }

    /** The token with other claims under the signature of the old ones. */
    public static String altered(String token, JsonObject claims) {
        String[] parts = token.split("\\.", -1);
        return parts[0] + "." + encoded(claims) + "." + parts[parts.length - 1];
    }

    /** Signed with a key that is in the token itself. */
    public static String withOwnKey(JsonObject claims) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS);
            KeyPair pair = generator.generateKeyPair();
            RSAPublicKey open = (RSAPublicKey) pair.getPublic();
            JsonObject key = new JsonObject()
                    .put("kty", "RSA")
                    .put("n", base64(unsigned(open.getModulus())))
                    .put("e", base64(unsigned(open.getPublicExponent())));
            JsonObject header =
                    new JsonObject().put("alg", "RS256").put("typ", "JWT").put("jwk", key);
            String body = encoded(header) + "." + encoded(claims);
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(pair.getPrivate());
            signature.update(body.getBytes(StandardCharsets.UTF_8));
            return body + "." + base64(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible); // each JDK has it
        }
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 && bytes.length > 1 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    /** Whether a published secret has signed this token. Asks no server: anyone who holds a token can try this. */
    public static boolean hasPublishedSecret(String token) {
        int end = token.lastIndexOf('.');
        if (end < 0) {
            return false;
        }
        String body = token.substring(0, end);
        String signature = token.substring(end + 1);
        return PUBLISHED.stream()
                .anyMatch(secret -> base64(hmac(body, secret.getBytes(StandardCharsets.UTF_8)))
                        .equals(signature));
    }

    private static String encoded(JsonObject part) {
        return base64(part.encode().getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] hmac(String text, byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible); // each JDK has it
        }
    }
}
