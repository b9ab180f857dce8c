package dev.portcullis.app.node.live;

import dev.portcullis.admin.HealthCheck.State;
import dev.portcullis.auth.key.KeyRing;
import dev.portcullis.auth.token.TokenTrust;
import dev.portcullis.config.Live;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Whether tokens can be checked: down if not those of any configured issuer, degraded if the keys of one can't be read.
 * Its last keys then stay in use, so that a server of an issuer can't take this node from the others.
 */
public record KeyReadiness(KeyRing keys, Live<TokenTrust> trust) implements Supplier<State> {
    @Override
    public State get() {
        Set<KeyRing.Owner> issuers = trust.get().config().keyOwners();
        if (!issuers.isEmpty() && issuers.stream().allMatch(keys::isMissing)) {
            return State.DOWN;
        }
        return keys.state() == KeyRing.State.FRESH ? State.UP : State.DEGRADED;
    }
}
