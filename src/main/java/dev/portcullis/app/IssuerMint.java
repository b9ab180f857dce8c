package dev.portcullis.app;

import dev.portcullis.auth.TokenMint;
import java.util.Optional;

/** Mints with the configuration's first issuer. */
final class IssuerMint implements Mint {
    @Override
    public String mint(NodeConfig config, TokenOrder order) {
        return new TokenMint(config.auth().issuers().get(0), System::currentTimeMillis)
                .mint(order.user().value(), order.role(), order.rooms(), Optional.empty(), order.ttl());
    }
}
