package dev.portcullis.store.redis;

import dev.portcullis.config.Secret;
import java.util.Optional;

/**
 * User and password for a server.
 *
 * @param user a user of the server's ACL; empty for a password of the user {@code default}
 */
public record RedisCredentials(Optional<String> user, Optional<Secret> password) {
    static final RedisCredentials NONE = new RedisCredentials(Optional.empty(), Optional.empty());

    /**
     * Whether there is a user without a password. Redis accepts such a user as {@code default}, who may do anything, if that user
     * needs no password.
     */
    boolean lacksPassword() {
        return user.isPresent() && password.isEmpty();
    }

    boolean isEmpty() {
        return user.isEmpty() && password.isEmpty();
    }
}
