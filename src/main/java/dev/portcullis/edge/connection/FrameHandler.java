package dev.portcullis.edge.connection;

import io.vertx.core.Future;

/** Handles a frame, from its bytes to its outcome. */
public interface FrameHandler<C> {
    Future<FrameOutcome> handle(C from, byte[] utf8);
}
