package dev.portcullis.auth.token;

import dev.portcullis.config.Json;
import dev.portcullis.protocol.Role;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens as an issuer does, for the operator's command, for tests and for load. */
public final class TokenSigner {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final String HEADER =
            BASE64.encodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.US_ASCII));

    private final IssuerConfig issuer;
    private final LongSupplier clock;

    public TokenSigner(IssuerConfig issuer, LongSupplier clock) {
        this.issuer = issuer;
        this.clock = clock;
    }

    /** @param sub the user; the issuer's {@code userPrefix} is added where the token is verified */
    public String mint(String sub, Role role, List<String> rooms, Optional<String> username, Duration ttl) {
        long now = clock.getAsLong() / 1_000;
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", sub);
        claims.put("role", role.id());
        claims.put("jti", UUID.randomUUID().toString());
        claims.put("iat", now);
        claims.put("exp", now + ttl.toSeconds());
        if (!rooms.isEmpty()) {
            claims.put("rooms", rooms);
        }
        username.ifPresent(name -> claims.put("username", name));
        issuer.issuer().ifPresent(name -> claims.put("iss", name));
        issuer.audience().ifPresent(name -> claims.put("aud", name));
        return sign(claims);
    }

    /** A token with exactly these claims. */
    public String sign(Map<String, Object> claims) {
        String signed = HEADER + "." + BASE64.encodeToString(Json.write(claims).getBytes(StandardCharsets.UTF_8));
        return signed + "." + BASE64.encodeToString(hmac(signed));
    }

    private byte[] hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(issuer.secret().bytes(), "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) { // every Java platform has it
            throw new IllegalStateException(impossible);
        }
    }
}
