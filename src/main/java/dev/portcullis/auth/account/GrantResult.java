package dev.portcullis.auth.account;

import dev.portcullis.protocol.WireName;
import java.util.function.Function;

/** The result of registering, of logging in, of a refresh, or of a new password. */
public sealed interface GrantResult {
    <R> R fold(Function<Grant, R> granted, Function<GrantRefusal, R> refused);

    /** The client is logged in. */
    @WireName("Granted")
    record Granted(Grant grant) implements GrantResult {
        @Override
        public <R> R fold(Function<Grant, R> granted, Function<GrantRefusal, R> refused) {
            return granted.apply(grant);
        }
    }

    /** Nothing changed, except where the reason says so. */
    @WireName("Refused")
    record Refused(GrantRefusal why) implements GrantResult {
        @Override
        public <R> R fold(Function<Grant, R> granted, Function<GrantRefusal, R> refused) {
            return refused.apply(why);
        }
    }
}
