package dev.portcullis.auth.token;

import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The issuers that a node trusts, with their keys. It is replaced as a whole. Each instance of the stage has its own {@link TrustedIssuer}s, since
 * a check holds a lock.
 */
public final class TokenTrust {
    private final TokenConfig config;
    private final List<List<TrustedIssuer>> byInstance;

    TokenTrust(TokenConfig config, List<List<TrustedIssuer>> byInstance) {
        this.config = config;
        this.byInstance = byInstance;
    }

    /** Fails if a key can't be used. */
    public static Future<TokenTrust> open(Vertx vertx, WorkerPool workers, TokenConfig config, int instances) {
        List<Future<List<TrustedIssuer>>> opening = IntStream.range(0, instances)
                .mapToObj(instance -> issuers(vertx, workers, config))
                .toList();
        return Future.all(opening).map(all -> new TokenTrust(config, all.list()));
    }

    private static Future<List<TrustedIssuer>> issuers(Vertx vertx, WorkerPool workers, TokenConfig config) {
        List<Future<TrustedIssuer>> opening = config.issuers().stream()
                .map(issuer -> TrustedIssuer.open(vertx, workers, issuer, config))
                .toList();
        return Future.all(opening).map(all -> all.list());
    }

    public TokenConfig config() {
        return config;
    }

    Set<String> algorithms() {
        return config.algorithms();
    }

    List<TrustedIssuer> issuers(int instance) {
        return byInstance.get(instance);
    }
}
