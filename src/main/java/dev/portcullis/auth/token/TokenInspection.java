package dev.portcullis.auth.token;

import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.key.KeyFetchResult;
import dev.portcullis.auth.key.KeyRing;
import dev.portcullis.auth.key.SignatureAlgorithm;
import dev.portcullis.bus.AnswerUnavailable;
import dev.portcullis.config.Live;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * How a configuration judges a token, for the operator who has both.
 *
 * @param verification empty if it can't be said, since keys can't be read
 * @param algorithm of its header, if it is one that an issuer could have; empty, as all that follows, if the token can't be
 *     read
 * @param kid of its header
 * @param iss the claim; unverified unless the token is valid
 * @param issuers the issuers of {@code auth.issuers} that may have issued the token
 */
public record TokenInspection(
        Optional<TokenVerification> verification,
        Optional<String> algorithm,
        Optional<String> kid,
        Optional<String> iss,
        List<Candidate> issuers) {
    /**
     * An issuer that may have issued the token.
     *
     * @param index in {@code auth.issuers}
     * @param problem why its keys could not be read
     */
    public record Candidate(int index, Optional<KeyFetchResult> problem) {}

    public TokenInspection {
        issuers = List.copyOf(issuers);
    }

    /** Reads the keys of issuers from their servers, as a node does. */
    public static Future<TokenInspection> of(Vertx vertx, TokenConfig config, String token, LongSupplier clock) {
        WorkerPool workers = new WorkerPool(vertx, "token", WorkerPool.Config.STANDARD, () -> {});
        KeyRing keys = new KeyRing(vertx, workers, config.keys(), Metrics.uncounted(), OutgoingMetrics.uncounted());
        return TokenTrust.open(keys, config)
                .compose(trust -> new TokenVerifier(Live.fixed(trust), clock).verify(token))
                .map(Optional::of)
                .recover(failure -> failure instanceof AnswerUnavailable
                        ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(failure))
                .map(verification -> describe(verification, config, keys, token))
                .onComplete(any -> {
                    keys.close();
                    workers.close();
                });
    }

    private static TokenInspection describe(
            Optional<TokenVerification> verification, TokenConfig config, KeyRing keys, String token) {
        return JwtStructure.read(token, EnumSet.allOf(SignatureAlgorithm.class))
                .fold(
                        structure -> new TokenInspection(
                                verification,
                                Optional.of(structure.algorithm().id()),
                                structure.kid(),
                                structure.claims().text("iss"),
                                candidates(structure, config, keys)),
                        defect -> new TokenInspection(
                                verification, Optional.empty(), Optional.empty(), Optional.empty(), List.of()));
    }

    private static List<Candidate> candidates(JwtStructure structure, TokenConfig config, KeyRing keys) {
        List<IssuerConfig> all = config.issuers();
        return IntStream.range(0, all.size())
                .filter(i -> new ClaimsPolicy(all.get(i), config).mayBeFrom(structure))
                .mapToObj(i -> new Candidate(i, keys.problem(all.get(i).keyOwner())))
                .toList();
    }
}
