package dev.portcullis.broadcast;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Verdict;
import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * The permission to publish.
 *
 * @param again asks for it once more, where other rows are there by now than those on which it rests
 */
public record Permission(Permit permit, Supplier<Future<Verdict>> again) {
    /** One that rests on nothing. */
    public static final Permission UNCONDITIONAL =
            new Permission(Permit.UNCONDITIONAL, () -> Future.succeededFuture(Verdict.GRANTED));
}
