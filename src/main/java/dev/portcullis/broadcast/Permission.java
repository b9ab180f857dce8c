package dev.portcullis.broadcast;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Verdict;
import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * The permission to publish.
 *
 * @param again asks once more, if rows on which the permission rests have changed
 */
public record Permission(Permit permit, Supplier<Future<Verdict>> again) {
    /** A permission that rests on nothing. */
    public static final Permission UNCONDITIONAL =
            new Permission(Permit.UNCONDITIONAL, () -> Future.succeededFuture(Verdict.GRANTED));
}
