package dev.portcullis.client.bench;

import dev.portcullis.client.TokenSource;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes HS256 tokens for invented users, of a secret that a test server shares. */
public final class HmacTokens implements TokenSource {
    private static final String ALGORITHM = "HmacSHA256";
    private static final long LIFETIME_SECONDS = TimeUnit.HOURS.toSeconds(4);

    private final SecretKeySpec key;
    private final Optional<String> issuer;
    private final Optional<String> audience;
    private final String role;

    public HmacTokens(byte[] secret, Optional<String> issuer, Optional<String> audience, String role) {
        this.key = new SecretKeySpec(secret, ALGORITHM);
        this.issuer = issuer;
        this.audience = audience;
        this.role = role;
    }

    @Override
    public String tokenFor(String user, List<String> rooms) {
        long now = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
        JsonObject claims = new JsonObject()
                .put("sub", user)
                .put("role", role)
                .put("jti", UUID.randomUUID().toString())
                .put("iat", now)
                .put("exp", now + LIFETIME_SECONDS)
                .put("rooms", new JsonArray(rooms));
        issuer.ifPresent(value -> claims.put("iss", value));
        audience.ifPresent(value -> claims.put("aud", value));
        String signed = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encode(claims.encode());
        return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(sign(signed));
    }

    private byte[] sign(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, absent);
        }
    }

    private static String encode(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
