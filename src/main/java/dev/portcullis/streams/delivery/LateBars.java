package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamReader;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * Removes subscribers who were barred by an entry that can't be read any more, before they get later entries. Used on
 * the shard's context only.
 */
final class LateBars {
    private static final int USERS_PER_CALL = 500;

    private final StreamName stream;
    private final StreamReader reader;
    private final Subscribers subscribers;

    LateBars(StreamName stream, StreamReader reader, Subscribers subscribers) {
        this.stream = stream;
        this.reader = reader;
        this.subscribers = subscribers;
    }

    /** Completes with the slice once all barred subscribers are removed. */
    Future<Slice> barBefore(Slice slice) {
        return slice.exact()
                ? Future.succeededFuture(slice)
                : barNext(subscribers.users().iterator()).map(slice);
    }

    /** One call after the other: when Redis comes back empty, every stream makes such calls. */
    private Future<?> barNext(Iterator<UserId> users) {
        Set<UserId> some = new HashSet<>();
        while (users.hasNext() && some.size() < USERS_PER_CALL) {
            some.add(users.next());
        }
        return some.isEmpty()
                ? Future.succeededFuture()
                : reader.barred(stream, some)
                        .onSuccess(barred -> barred.forEach(subscribers::bar))
                        .compose(any -> barNext(users));
    }
}
