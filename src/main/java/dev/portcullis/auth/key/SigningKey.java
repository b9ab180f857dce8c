package dev.portcullis.auth.key;

import dev.portcullis.config.Secret;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;

/** A secret that signs tokens with HS256. Used by all threads. */
public final class SigningKey {
    private static final String ALGORITHM = SignatureAlgorithm.HS256.id();

    private final JWTAuth library;

    /** @throws IllegalArgumentException if the secret is empty */
    public SigningKey(Secret secret) {
        this.library = JwtLibrary.load(SignatureAlgorithm.HS256, new SecretKeySpec(secret.bytes(), "HMAC"));
    }

    /** A token with exactly these claims: the library adds no time of its own. */
    public String sign(Map<String, Object> claims) {
        return library.generateToken(
                new JsonObject(claims),
                new JWTOptions()
                        .setAlgorithm(ALGORITHM)
                        .setHeader(new JsonObject().put("alg", ALGORITHM)) // so that it stays in front of typ
                        .setNoTimestamp(true));
    }
}
