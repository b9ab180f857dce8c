package dev.portcullis.broadcast;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Verdict;
import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * A permit to publish, which can be asked for again.
 *
 * @param again asks once more, if rows on which the permit rests have changed
 */
public record RenewablePermit(Permit permit, Supplier<Future<Verdict>> again) {
    /** A permit that rests on nothing. */
    public static final RenewablePermit UNCONDITIONAL =
            new RenewablePermit(Permit.UNCONDITIONAL, () -> Future.succeededFuture(Verdict.GRANTED));
}
