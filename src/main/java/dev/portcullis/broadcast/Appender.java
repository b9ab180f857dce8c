package dev.portcullis.broadcast;

import dev.portcullis.broadcast.Publication.Amendment;
import dev.portcullis.streams.AppendRequest;
import io.vertx.core.Future;

/**
 * Appends to streams of one kind, and sends what is stored to the readers.
 *
 * @param <T> names a stream of the kind: a room, or the user who gets direct messages
 */
public interface Appender<T> {
    /** @param entry the entry of the request; it may have less time than the request */
    Future<PublishResult> append(PublishRequest request, AppendRequest entry);

    Future<PublishResult> amend(PublishRequest request, Amendment amendment, T in, long now);
}
