package dev.portcullis.auth.login;

import dev.portcullis.protocol.UserId;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * How the operator has switched the limit of a user's handshakes.
 *
 * @param isOn whether handshakes count at all
 * @param passes whether a handshake that exceeds the limit passes all the same; then it is recorded
 */
public record HandshakeLimit(BooleanSupplier isOn, Predicate<UserId> passes) {
    /** As it is without a switch. */
    public static final HandshakeLimit ENFORCED = new HandshakeLimit(() -> true, user -> false);
}
