package dev.portcullis.streams.holds;

import io.vertx.core.Future;

/** Reads the holds that are in force. Who removes many entries asks it again for each few of them. */
@FunctionalInterface
public interface HoldReader {
    HoldReader NONE = () -> Future.succeededFuture(Holds.NONE);

    Future<Holds> read();
}
