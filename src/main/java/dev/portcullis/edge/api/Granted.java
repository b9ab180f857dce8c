package dev.portcullis.edge.api;

import dev.portcullis.auth.account.Grant;
import java.util.Optional;

/**
 * Tokens.
 *
 * @param device the token by which the account knows the client's device from now on, after a password
 */
record Granted(Grant grant, Optional<String> device) {
    @Override
    public String toString() { // with the token a stranger is taken for the user (CWE-532)
        return "Granted[" + grant + "]";
    }
}
