package dev.portcullis.edge.connection;

import io.vertx.core.Future;

/**
 * What happens to a frame, from its bytes to its answer.
 *
 * @param <C> who sends it
 */
public interface FrameHandler<C> {
    Future<FrameOutcome> handle(C from, byte[] utf8);
}
