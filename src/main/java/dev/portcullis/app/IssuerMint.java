package dev.portcullis.app;

import dev.portcullis.auth.TokenMint;
import java.time.Duration;
import java.util.Optional;

/** Mints with the configuration's first issuer. */
final class IssuerMint implements Mint {
    static final String NO_ISSUER =
            "auth.issuers: is empty, so there is no key to sign with; name a configuration that runs the stage auth";

    @Override
    public String mint(NodeConfig config, TokenOrder order) throws StartFailure {
        if (config.auth().issuers().isEmpty()) {
            throw new StartFailure(NO_ISSUER);
        }
        Duration longest = Duration.ofMillis(config.auth().maxLifetime());
        if (order.ttl().compareTo(longest) > 0) {
            throw new StartFailure("--ttl: is longer than auth.maxLifetime (" + longest.toSeconds()
                    + " s), so no node would accept the token");
        }
        return new TokenMint(config.auth().issuers().get(0), System::currentTimeMillis)
                .mint(order.user().value(), order.role(), order.rooms(), Optional.empty(), order.ttl());
    }
}
