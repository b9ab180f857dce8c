package dev.portcullis.edge.api;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.Optional;

/** Deletes all that is kept of a user, in all stages. */
public interface AccountDeletion {
    /** Whether {@link #begin} would begin now. Asked before the password is checked, which costs more. */
    boolean hasPlaceFor(UserId user);

    /**
     * Completes when nothing is left, and fails where a part may be left. Empty if too many others are being deleted: then
     * nothing was done.
     */
    Optional<Future<Void>> begin(UserId user);
}
