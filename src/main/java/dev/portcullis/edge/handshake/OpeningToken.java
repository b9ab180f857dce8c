package dev.portcullis.edge.handshake;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.http.BearerToken;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongBiFunction;

/**
 * The token in the header of a request that opens a session of Engine.IO. A right token says which user pays for the request,
 * so that nothing counts for the address. Any other may be meant for a proxy in front, and is ignored. The client connects with
 * another token: its library goes on sending the header that it began with.
 *
 * @param isBanned whether a user gets no session, and so may open none
 * @param charge charges a user for a request, and returns how long the user has to wait
 */
public record OpeningToken(
        AuthConfig auth,
        Authenticator authenticator,
        Predicate<UserId> isBanned,
        ToLongBiFunction<HttpServerRequest, UserId> charge) {
    /**
     * The user of a token in the request. Empty for an invalid token, a banned user, and one who exceeds a user's limit of
     * requests; also while the check can't be made.
     */
    Future<Optional<UserId>> userOf(UpgradeExchange exchange) {
        return token(exchange.request())
                .map(token -> authenticator
                        .verify(token, exchange.upgradeRequest().certificate())
                        .map(result -> result.fold(
                                claims -> within(exchange.request(), claims.userId()),
                                invalid -> Optional.<UserId>empty()))
                        .otherwise(Optional.empty()))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private Optional<String> token(HttpServerRequest request) {
        return auth.accepts(CredentialSource.HEADER)
                ? BearerToken.in(request.headers().getAll(HttpHeaders.AUTHORIZATION))
                : Optional.empty();
    }

    private Optional<UserId> within(HttpServerRequest request, UserId user) {
        return !isBanned.test(user) && charge.applyAsLong(request, user) == 0 ? Optional.of(user) : Optional.empty();
    }
}
