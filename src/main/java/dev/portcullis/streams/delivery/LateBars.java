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
 * Bars those whom an entry barred that can't be read any more: what the stream goes on with is not for them. On the
 * carrier's context only.
 */
final class LateBars {
    private static final int USERS_ASKED_FOR = 500;

    private final StreamName stream;
    private final StreamReader reads;
    private final Subscribers subscribers;

    LateBars(StreamName stream, StreamReader reads, Subscribers subscribers) {
        this.stream = stream;
        this.reads = reads;
        this.subscribers = subscribers;
    }

    /** Hands the slice on once nobody is left who may not have it. */
    Future<Slice> barBefore(Slice slice) {
        return slice.exact()
                ? Future.succeededFuture(slice)
                : barNext(subscribers.users().iterator()).map(slice);
    }

    /** One question after the other: when Redis comes back empty every stream has some. */
    private Future<?> barNext(Iterator<UserId> users) {
        Set<UserId> some = new HashSet<>();
        while (users.hasNext() && some.size() < USERS_ASKED_FOR) {
            some.add(users.next());
        }
        return some.isEmpty()
                ? Future.succeededFuture()
                : reads.barred(stream, some)
                        .onSuccess(barred -> barred.forEach(subscribers::bar))
                        .compose(any -> barNext(users));
    }
}
