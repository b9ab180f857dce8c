package dev.portcullis.kit;

import dev.portcullis.auth.token.Tokens;
import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** A token with any claims, signed with the secret of {@code conf/dev.json}. */
public record DevToken(JsonObject claims) {
    private static final String SECRET = "dev-only-secret-known-to-everybody-who-reads-this";

    /** A token for ten minutes. */
    public static DevToken of(String user) {
        return new DevToken(new JsonObject()
                        .put("sub", user)
                        .put("jti", UUID.randomUUID().toString()))
                .lasting(Duration.ofMinutes(10));
    }

    public DevToken with(String name, Object value) {
        return new DevToken(claims.copy().put(name, value));
    }

    /** Ends this long after now, to the millisecond. */
    public DevToken lasting(Duration life) {
        long now = System.currentTimeMillis();
        return with("iat", Math.min(now, now + life.toMillis()) / 1_000.0 - 1)
                .with("exp", (now + life.toMillis()) / 1_000.0);
    }

    public DevToken role(Role role) {
        return with("role", role.id());
    }

    public DevToken rooms(String... rooms) {
        return with("rooms", List.of(rooms));
    }

    /** Ties it to this CSRF token, as a login does that hands out cookies. */
    public DevToken csrf(String csrfToken) {
        return with("csrf", Sha256.base64Url(csrfToken));
    }

    public String signed() {
        return Tokens.signed(Tokens.HEADER, claims.encode(), SECRET);
    }
}
