package dev.portcullis.auth.token;

import dev.portcullis.auth.key.SignatureAlgorithm;
import dev.portcullis.auth.key.SigningKey;
import dev.portcullis.protocol.Role;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/** Signs tokens as an issuer with a secret does, with HS256: for accounts, for the operator's command, for load. */
public final class TokenSigner {
    private final IssuerConfig issuer;
    private final SigningKey key;
    private final LongSupplier clock;

    /** @throws IllegalArgumentException for an issuer that {@link #canSignFor} excludes */
    public TokenSigner(IssuerConfig issuer, LongSupplier clock) {
        this(issuer, keyOf(issuer), clock);
    }

    /** @param key as {@link #keyOf} makes it, for those who sign often and know the time only then */
    public TokenSigner(IssuerConfig issuer, SigningKey key, LongSupplier clock) {
        this.issuer = issuer;
        this.key = key;
        this.clock = clock;
    }

    /** @throws IllegalArgumentException likewise */
    public static SigningKey keyOf(IssuerConfig issuer) {
        return issuer.secret()
                .filter(secret -> canSignFor(issuer))
                .map(SigningKey::new)
                .orElseThrow(() -> new IllegalArgumentException("the issuer has no secret of HS256"));
    }

    /** Whether the issuer has a secret, and its tokens may be signed with HS256. */
    public static boolean canSignFor(IssuerConfig issuer) {
        return issuer.secret().filter(secret -> !secret.reveal().isEmpty()).isPresent()
                && issuer.algorithms().contains(SignatureAlgorithm.HS256);
    }

    /** @param sub the user; the issuer's {@code userPrefix} is added where the token is verified */
    public String mint(String sub, Role role, List<String> rooms, Optional<String> username, Duration ttl) {
        Map<String, Object> claims = new LinkedHashMap<>();
        ClaimNames names = issuer.claims();
        claims.put(names.sub(), sub);
        claims.put(names.role(), nameOf(role));
        if (!rooms.isEmpty()) {
            claims.put(names.rooms(), rooms);
        }
        username.ifPresent(name -> claims.put(names.username(), name));
        return sign(claims, ttl);
    }

    /**
     * Signs these claims, such as {@code sub}, {@code sid} and {@code csrf}. Adds times, {@code iss} and {@code aud},
     * and a random {@code jti}, unless they have an {@code iat} or {@code jti}.
     */
    public String sign(Map<String, ?> claims, Duration ttl) {
        long now = clock.getAsLong() / 1_000;
        Map<String, Object> all = new LinkedHashMap<>(claims);
        all.putIfAbsent("jti", UUID.randomUUID().toString());
        all.putIfAbsent("iat", now);
        all.put("exp", now + ttl.toSeconds());
        issuer.issuer().ifPresent(name -> all.put("iss", name));
        issuer.audience().ifPresent(name -> all.put("aud", name));
        return key.sign(all);
    }

    private String nameOf(Role role) {
        return issuer.roles().entrySet().stream()
                .filter(row -> row.getValue() == role)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(role.id());
    }
}
