package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.StreamStore.Access;
import dev.portcullis.streams.StreamStore.Confirmation;
import dev.portcullis.streams.StreamStore.Cursor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads of the store by one who follows streams; one that is late fails. On that one's context only. */
public final class StreamReader {
    private final Vertx vertx;
    private final StreamStore store;
    private final StreamsConfig config;
    private final Map<Cursor, Future<Slice>> underWay = new HashMap<>();

    public StreamReader(Vertx vertx, StreamStore store, StreamsConfig config) {
        this.vertx = vertx;
        this.store = store;
        this.config = config;
    }

    /** A read that begins now, and so shows all that was committed before. */
    public Future<Slice> fresh(StreamName stream, Optional<Position> since) {
        return inTime(store.resume(stream, since, config.resume()));
    }

    /** Never shared with an earlier question: a bar or a message may have come between. */
    public Future<Access> access(StreamName stream, UserId user) {
        return inTime(store.access(stream, user));
    }

    public Future<Set<UserId>> barred(StreamName stream, Set<UserId> among) {
        return inTime(store.barred(stream, among));
    }

    /** Where streams stand now, and whether they went through these places. */
    public Future<List<Confirmation>> confirm(List<Cursor> cursors) {
        return inTime(store.confirm(cursors));
    }

    /** In a reconnect storm many ask for few places: those who ask for one that is being read share its answer. */
    public Future<Slice> shared(StreamName stream, Position since) {
        Cursor cursor = new Cursor(stream, since);
        Future<Slice> read = underWay.get(cursor);
        if (read == null) {
            read = inTime(store.resume(stream, Optional.of(since), config.part()));
            underWay.put(cursor, read);
            read.onComplete(any -> underWay.remove(cursor));
        }
        return read;
    }

    private <T> Future<T> inTime(Future<T> read) {
        Promise<T> answer = Promise.promise();
        long timer = vertx.setTimer(config.readMs(), late -> answer.tryFail(new StoreFailure("the read is late")));
        read.onComplete(any -> vertx.cancelTimer(timer)).onComplete(answer::tryComplete, answer::tryFail);
        return answer.future();
    }
}
