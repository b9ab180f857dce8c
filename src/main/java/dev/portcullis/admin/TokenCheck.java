package dev.portcullis.admin;

import dev.portcullis.protocol.Sender;
import io.vertx.core.Future;
import java.util.Optional;

/** Whose token this is: handed in, so that this package need not know how tokens are proved. */
@FunctionalInterface
public interface TokenCheck {
    /** Empty for a token that proves nothing. Fails only if nobody could check it. */
    Future<Optional<Sender>> prove(String token);
}
