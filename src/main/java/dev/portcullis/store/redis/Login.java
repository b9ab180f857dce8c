package dev.portcullis.store.redis;

import dev.portcullis.config.Secret;
import java.util.Optional;

/**
 * Who we are to a server.
 *
 * @param user of its ACL; without one a password is that of the user {@code default}
 */
public record Login(Optional<String> user, Optional<Secret> password) {
    static final Login NOBODY = new Login(Optional.empty(), Optional.empty());

    boolean isNobody() {
        return user.isEmpty() && password.isEmpty();
    }
}
