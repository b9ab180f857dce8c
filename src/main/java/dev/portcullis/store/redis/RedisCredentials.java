package dev.portcullis.store.redis;

import dev.portcullis.config.Secret;
import java.util.Optional;

/**
 * Who we are to a server.
 *
 * @param user of its ACL; without one a password is that of the user {@code default}
 */
public record RedisCredentials(Optional<String> user, Optional<Secret> password) {
    static final RedisCredentials NOBODY = new RedisCredentials(Optional.empty(), Optional.empty());

    /** Redis would let us in as {@code default}, who may do anything, where that user needs no password. */
    boolean lacksPassword() {
        return user.isPresent() && password.isEmpty();
    }

    boolean isNobody() {
        return user.isEmpty() && password.isEmpty();
    }
}
