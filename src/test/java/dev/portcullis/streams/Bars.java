package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;

/** Lets tests of other packages bar somebody, which no frame does yet. */
public final class Bars {
    private Bars() {}

    public static Future<UserId> bar(EmbeddedStreamStore streams, StreamName stream, UserId user) {
        return streams.bar(stream, user);
    }
}
