package dev.portcullis.auth.token;

import dev.portcullis.auth.key.KeyRing;
import dev.portcullis.auth.key.SignatureAlgorithm;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/** The issuers that a node trusts, with their keys. It is replaced as a whole. Used by all threads. */
public final class TokenTrust {
    private final TokenConfig config;
    private final List<TrustedIssuer> issuers;

    TokenTrust(TokenConfig config, List<TrustedIssuer> issuers) {
        this.config = config;
        this.issuers = List.copyOf(issuers);
    }

    /** Fails if a configured key can't be used. Waits for the first read of keys from servers, which may have failed. */
    public static Future<TokenTrust> open(KeyRing keys, TokenConfig config) {
        List<Future<TrustedIssuer>> opening = config.issuers().stream()
                .map(issuer -> keys.open(issuer.keyOwner())
                        .map(source -> new TrustedIssuer(source, new ClaimsPolicy(issuer, config))))
                .toList();
        return Future.all(opening).map(all -> new TokenTrust(config, all.list()));
    }

    public TokenConfig config() {
        return config;
    }

    Set<SignatureAlgorithm> algorithms() {
        return config.algorithms();
    }

    List<TrustedIssuer> issuers() {
        return issuers;
    }
}
