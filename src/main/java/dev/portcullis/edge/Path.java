package dev.portcullis.edge;

import io.vertx.core.Future;

/** What happens to a frame, from its bytes to its answer. */
interface Path {
    Future<Answer> travel(Connection from, byte[] utf8);
}
