package dev.portcullis.app.node.assembly;

import dev.portcullis.auth.login.HandshakeLimit;
import dev.portcullis.config.Live;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.observe.ObservedLimits;

/** The limit of a user's handshakes, which the stage auth counts, under the switches of all limits. */
record UserHandshakes(Live<RateLimitConfig> config, ObservedLimits observed) implements HandshakeLimit {
    @Override
    public boolean isOn() {
        return config.get().enabled();
    }

    @Override
    public boolean passes(UserId user) {
        boolean passes = config.get().handshakesObserved();
        if (passes) {
            observed.exceeded(RateLimitConfig.HANDSHAKES_OF_USER, user);
        }
        return passes;
    }
}
