package dev.portcullis.edge.session;

import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.http.IpAddress;
import dev.portcullis.ratelimit.stuffing.StuffingLimiter;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Counts the tokens that were made up, wherever a client presents them. Others don't count: honest clients send tokens
 * that are expired or revoked, and many of them may share one address.
 */
public record RefusedTokens(StuffingLimiter limiter) {
    /**
     * Never fails.
     *
     * @param address the keys of the client's address
     * @return the milliseconds for which the client is refused; empty if it may present another token
     */
    public Future<Optional<Long>> count(List<String> address, Optional<TokenDefect> defect) {
        return defect.filter(TokenDefect::isForgery).isPresent()
                ? limiter.tokenRefused(address)
                : Future.succeededFuture(Optional.empty());
    }

    /** @param address of a connected client, in canonical form */
    public Future<Optional<Long>> count(String address, Optional<TokenDefect> defect) {
        return count(
                IpAddress.parse(address)
                        .map(parsed -> parsed.keys().narrowestFirst())
                        .orElse(List.of()),
                defect);
    }
}
