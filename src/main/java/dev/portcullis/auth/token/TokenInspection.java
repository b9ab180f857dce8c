package dev.portcullis.auth.token;

import dev.portcullis.config.Live;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * How a configuration judges a token, for the operator who has both.
 *
 * @param iss the claim; unverified unless the token is valid
 * @param issuers the indexes in {@code auth.issuers} of those that may have issued the token
 */
public record TokenInspection(TokenVerification verification, Optional<String> iss, List<Integer> issuers) {
    public TokenInspection {
        issuers = List.copyOf(issuers);
    }

    public static Future<TokenInspection> of(Vertx vertx, TokenConfig config, String token, LongSupplier clock) {
        JwtStructure.Reading reading = JwtStructure.read(token, config.algorithms());
        WorkerPool workers = new WorkerPool(vertx, "token", WorkerPool.Config.STANDARD, () -> {});
        return TokenTrust.open(vertx, workers, config, 1)
                .onComplete(any -> workers.close())
                .compose(trust -> new TokenVerifier(Live.fixed(trust), 0, clock).verify(token))
                .map(verification -> new TokenInspection(
                        verification,
                        reading.fold(structure -> structure.claims().text("iss"), defect -> Optional.empty()),
                        reading.fold(structure -> candidates(structure, config), defect -> List.of())));
    }

    private static List<Integer> candidates(JwtStructure structure, TokenConfig config) {
        return IntStream.range(0, config.issuers().size())
                .filter(i -> new ClaimsPolicy(config.issuers().get(i), config).mayBeFrom(structure))
                .boxed()
                .toList();
    }
}
