package dev.portcullis.auth.account;

import dev.portcullis.auth.key.SigningKey;
import dev.portcullis.auth.token.CsrfClaim;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.protocol.Role;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Mints the access tokens of accounts, which nodes verify like those of any other issuer. */
public final class AccountTokens {
    private static final String AUDIENCE = "portcullis";

    private final IssuerConfig issuer;
    private final SigningKey key;
    private final AccountsConfig config;

    AccountTokens(AccountKeys keys, AccountsConfig config) {
        this.issuer = issuer(keys, config);
        this.key = TokenSigner.keyOf(issuer);
        this.config = config;
    }

    /** The issuer that these tokens are from. It grants no more than a user needs, whatever a token claims. */
    public static IssuerConfig issuer(AccountKeys keys, AccountsConfig config) {
        return new IssuerConfig(
                Set.of("HS256"),
                keys.accessTokens(),
                Optional.of(config.issuer()),
                Optional.of(AUDIENCE),
                "",
                Role.MEMBER,
                false);
    }

    /**
     * A signed token, with the time of its end.
     *
     * @param expiresAt milliseconds
     */
    record Minted(String token, long expiresAt) {
        @Override
        public String toString() {
            return "Minted[" + expiresAt + "]";
        }
    }

    /**
     * @param sid the login that it belongs to, which it does not outlive
     * @param until the end of that login
     */
    Minted mint(Account account, String sid, String csrfToken, long now, long until) {
        Duration lifetime = Duration.ofSeconds(Math.min(now + config.accessTokenMs(), until) / 1_000 - now / 1_000);
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", account.id().value());
        claims.put("role", config.roleOf(account).id());
        claims.put("username", account.username().shown());
        claims.put("sid", sid);
        claims.put("csrf", CsrfClaim.of(csrfToken));
        claims.put(
                "iat", BigDecimal.valueOf(now, 3)); // one of the second of a revocation may be older or newer than it
        String token = new TokenSigner(issuer, key, () -> now).sign(claims, lifetime);
        return new Minted(token, (now / 1_000 + lifetime.toSeconds()) * 1_000);
    }
}
