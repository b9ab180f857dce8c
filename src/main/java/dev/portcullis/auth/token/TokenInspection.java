package dev.portcullis.auth.token;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * What a configuration makes of a token, for the operator who holds both.
 *
 * @param iss the claim, which nobody has signed for unless the token is proven
 * @param issuers the places in {@code auth.issuers} of those that the token may mean
 */
public record TokenInspection(TokenVerification verification, Optional<String> iss, List<Integer> issuers) {
    public TokenInspection {
        issuers = List.copyOf(issuers);
    }

    public static Future<TokenInspection> of(Vertx vertx, TokenConfig config, String token, LongSupplier clock) {
        JwtStructure.Reading reading = JwtStructure.read(token, config.algorithms());
        return TokenVerifier.open(vertx, config, clock)
                .compose(verifier -> verifier.verify(token))
                .map(verification -> new TokenInspection(
                        verification,
                        reading.fold(form -> form.claims().text("iss"), defect -> Optional.empty()),
                        reading.fold(form -> meantBy(form, config), defect -> List.of())));
    }

    private static List<Integer> meantBy(JwtStructure form, TokenConfig config) {
        return IntStream.range(0, config.issuers().size())
                .filter(i -> new ClaimsPolicy(config.issuers().get(i), config).mayBeFrom(form))
                .boxed()
                .toList();
    }
}
