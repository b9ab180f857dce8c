package dev.portcullis.ratelimit.stuffing;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** The client of {@link StuffingLimits} for refused tokens. Failed logins reach it through the login limits. */
public final class StuffingLimiter {
    public static final Question<RefusedToken, Counted> TOKEN_REFUSED = new Question<>(
            Stage.RATELIMIT,
            "token-refused",
            RefusedToken.class,
            Counted.class,
            token -> token.address().get(token.address().size() - 1).hashCode());

    private final Bus bus;
    private final StuffingConfig config;

    /**
     * A client presented a forged token.
     *
     * @param address the keys of its address: its own, then the wider network that it counts for, if any
     */
    public record RefusedToken(List<String> address) {
        public RefusedToken {
            if (address.isEmpty() || address.size() > 2) {
                throw new IllegalArgumentException("an address has one or two keys");
            }
            address = List.copyOf(address);
        }
    }

    /** @param retryAfterMs empty if the address has not failed too often */
    record Counted(Optional<Long> retryAfterMs) {}

    public StuffingLimiter(Bus bus, StuffingConfig config) {
        this.bus = bus;
        this.config = config;
    }

    /**
     * Counts a forged token. Never fails: where it can't be counted, its client is refused like any other with a bad
     * token.
     *
     * @return the milliseconds for which the client is refused; empty if it may present another token
     */
    public Future<Optional<Long>> tokenRefused(List<String> address) {
        return config.isOn() && !address.isEmpty()
                ? bus.ask(TOKEN_REFUSED, new RefusedToken(address))
                        .map(Counted::retryAfterMs)
                        .otherwise(Optional.empty())
                : Future.succeededFuture(Optional.empty());
    }
}
