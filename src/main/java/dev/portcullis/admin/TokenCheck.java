package dev.portcullis.admin;

import dev.portcullis.protocol.Sender;
import io.vertx.core.Future;
import java.util.Optional;

/** Verifies a token. An interface, so that this package does not depend on the verification. */
@FunctionalInterface
public interface TokenCheck {
    /** Empty for an invalid token. Fails only if the token could not be checked. */
    Future<Optional<Sender>> verify(String token);
}
