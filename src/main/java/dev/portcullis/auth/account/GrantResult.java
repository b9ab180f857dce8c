package dev.portcullis.auth.account;

import dev.portcullis.auth.password.WorkChallenge;
import dev.portcullis.protocol.WireName;
import java.util.Optional;
import java.util.function.Function;

/** The result of registering, of logging in, of a refresh, or of a new password. */
public sealed interface GrantResult {
    <R> R fold(Function<Grant, R> granted, Function<Refused, R> refused);

    @WireName("Granted")
    record Granted(Grant grant) implements GrantResult {
        @Override
        public <R> R fold(Function<Grant, R> granted, Function<Refused, R> refused) {
            return granted.apply(grant);
        }
    }

    /**
     * Nothing changed, except where the reason says so.
     *
     * @param challenge work with which the client is not refused so soon
     */
    @WireName("Refused")
    record Refused(GrantRefusal why, Optional<WorkChallenge> challenge) implements GrantResult {
        public Refused(GrantRefusal why) {
            this(why, Optional.empty());
        }

        @Override
        public <R> R fold(Function<Grant, R> granted, Function<Refused, R> refused) {
            return refused.apply(this);
        }
    }
}
