package dev.portcullis.auth.token;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Makes tokens for the demo login: of any name, for an hour, in the name of the first issuer that can sign. */
public final class DemoTokens {
    private static final Duration LIFETIME = Duration.ofHours(1);

    private final Live<TokenTrust> trust;
    private final LongSupplier clock;

    public DemoTokens(Live<TokenTrust> trust, LongSupplier clock) {
        this.trust = trust;
        this.clock = clock;
    }

    /** Empty where no issuer has a secret. */
    public Optional<String> tokenOf(UserId user) {
        TokenConfig config = trust.get().config();
        Duration life = Duration.ofMillis(Math.min(LIFETIME.toMillis(), config.maxLifetime()));
        return config.issuers().stream()
                .filter(issuer -> !issuer.ownsAccounts() && TokenSigner.canSignFor(issuer))
                .findFirst()
                .map(issuer -> new TokenSigner(issuer, clock)
                        .mint(user.value(), Role.MEMBER, List.of(), Optional.of(user.value()), life));
    }
}
