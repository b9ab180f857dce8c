package dev.portcullis.ratelimit.login;

import java.util.List;
import java.util.Optional;

/**
 * The only client that an account is to know from now on: others may be of somebody who had the account, or the e-mail address,
 * before.
 *
 * @param account the key of the account
 * @param address the keys of the client's address
 * @param device the token of its device
 */
public record KnownClient(String account, List<String> address, Optional<String> device) {
    public KnownClient {
        address = List.copyOf(address);
    }

    @Override
    public String toString() { // with the token a stranger is taken for the user (CWE-532)
        return "KnownClient";
    }
}
