package dev.portcullis.auth.login;

import dev.portcullis.protocol.UserId;

/** How the operator has switched the limit of a user's handshakes. */
public interface HandshakeLimit {
    /** As it is without a switch. */
    HandshakeLimit ENFORCED = new HandshakeLimit() {
        @Override
        public boolean isOn() {
            return true;
        }

        @Override
        public boolean passes(UserId user) {
            return false;
        }
    };

    /** Whether handshakes count at all. */
    boolean isOn();

    /** Whether a handshake that exceeds the limit passes all the same; then it is recorded. */
    boolean passes(UserId user);
}
