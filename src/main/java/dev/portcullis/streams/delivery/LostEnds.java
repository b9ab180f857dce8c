package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamReader;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Removes the subscribers whose subscription was ended by an entry that can't be read any more, or without an entry, before they
 * get later entries. Some are barred; others may not subscribe any more, since they left or the room was deleted. Nothing is
 * delivered while the answers to a read are missing. It is used on the shard's context only.
 */
final class LostEnds {
    private static final int USERS_PER_CALL = 500;

    /** The number of permissions that are asked for at the same time. */
    private static final int CONCURRENT = 32;

    private final StreamName stream;
    private final StreamReader reader;
    private final Subscribers subscribers;
    private final Context shard;

    LostEnds(StreamName stream, StreamReader reader, Subscribers subscribers, Context shard) {
        this.shard = shard;
        this.stream = stream;
        this.reader = reader;
        this.subscribers = subscribers;
    }

    /** Completes with the slice once those subscribers are removed. An entry up to the slice's head counts as read here. */
    Future<Slice> removeBefore(Slice slice) {
        return slice.exact()
                ? Future.succeededFuture(slice)
                : barNext(subscribers.users().iterator())
                        .compose(any -> confirmAll())
                        .map(slice);
    }

    /** Bars some users after the others, one call at a time: when Redis comes back empty, every stream makes such calls. */
    private Future<?> barNext(Iterator<UserId> users) {
        Set<UserId> some = new HashSet<>();
        while (users.hasNext() && some.size() < USERS_PER_CALL) {
            some.add(users.next());
        }
        return some.isEmpty()
                ? Future.succeededFuture()
                : reader.barred(stream, some)
                        .onSuccess(barred -> barred.forEach(subscribers::lostBar))
                        .compose(any -> barNext(users));
    }

    /** Asks for the permission of each subscriber, also of those that are not attached yet. */
    Future<?> confirmAll() {
        Iterator<Subscription> asked = subscribers.all().iterator();
        return Future.all(IntStream.range(0, CONCURRENT)
                .mapToObj(lane -> confirmNext(asked))
                .toList());
    }

    private Future<Void> confirmNext(Iterator<Subscription> asked) {
        if (!asked.hasNext()) {
            return Future.succeededFuture();
        }
        Subscription subscription = asked.next();
        return subscription.mayStay(shard).compose(stays -> {
            if (!stays) {
                subscribers.lostEnd(subscription);
            }
            return confirmNext(asked);
        });
    }
}
