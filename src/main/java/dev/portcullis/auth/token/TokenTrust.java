package dev.portcullis.auth.token;

import dev.portcullis.auth.key.KeyRing;
import dev.portcullis.auth.key.KeySource;
import dev.portcullis.auth.key.SignatureAlgorithm;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/** The issuers that a node trusts, with their keys. It is replaced as a whole. Used by all threads. */
public final class TokenTrust {
    private final TokenConfig config;
    private final List<Issuer> issuers;
    private final Set<SignatureAlgorithm> algorithms;

    /** One issuer: the keys of its tokens, and the rules for their claims. */
    record Issuer(KeySource keys, ClaimsPolicy policy) {
        /** Whether {@code iss} is what the issuer says of itself, as far as it does (RFC 8414 section 3.3). */
        boolean isSelfNamedIn(JwtStructure structure) {
            return keys.issuer().map(structure::isFrom).orElse(true);
        }
    }

    TokenTrust(TokenConfig config, List<Issuer> issuers) {
        this.config = config;
        this.issuers = List.copyOf(issuers);
        this.algorithms = config.algorithms();
    }

    /** Fails if a configured key can't be used. Waits for the first read of keys from servers, which may have failed. */
    public static Future<TokenTrust> open(KeyRing keys, TokenConfig config) {
        List<Future<Issuer>> opening = config.issuers().stream()
                .map(issuer -> keys.open(issuer.keyOwner())
                        .map(source -> new Issuer(source, new ClaimsPolicy(issuer, config))))
                .toList();
        return Future.all(opening).map(all -> new TokenTrust(config, all.list()));
    }

    public TokenConfig config() {
        return config;
    }

    List<Issuer> issuers() {
        return issuers;
    }

    /** All algorithms that an issuer may sign with. */
    Set<SignatureAlgorithm> algorithms() {
        return algorithms;
    }
}
