package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.store.redis.ScriptCall;
import dev.portcullis.streams.ReadAnswer.Direction;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The streams of a cluster, in Redis. A lane forks when another server is found to hold it than wrote it last. */
public final class RedisStreamStore implements StreamStore {
    private static final Script APPEND = Script.of(RedisStreamStore.class, "lane", "place", "append");
    private static final Script READ = Script.of(RedisStreamStore.class, "lane", "place", "read");
    private static final Script FORK = Script.of(RedisStreamStore.class, "lane", "fork");
    private static final Script BARRED = Script.of(RedisStreamStore.class, "barred");
    private static final Script UNBAR = Script.of(RedisStreamStore.class, "unbar");

    private static final int READ_TRIES = 3;
    private static final Bounds NOTHING = new Bounds(0, 0);

    private final RedisStore redis;
    private final LongSupplier millis;

    public RedisStreamStore(RedisStore redis) {
        this(redis, () -> 0);
    }

    /** @param millis the time; 0 is that of Redis's own clock */
    RedisStreamStore(RedisStore redis, LongSupplier millis) {
        this.redis = redis;
        redis.prepare(APPEND, READ, FORK, BARRED, UNBAR);
        this.millis = millis;
    }

    @Override
    public Future<Appended> append(Append append) {
        return redis.run(appending(append)).map(answer -> AppendAnswer.read(append, answer));
    }

    @Override
    public Future<Position> head(StreamName stream) {
        return read(stream, Direction.AFTER, 0, NOTHING, READ_TRIES).map(ReadAnswer::head);
    }

    @Override
    public Future<Slice> resume(StreamName stream, Optional<Position> since, Bounds bounds) {
        long after = since.map(Position::seq).orElse(0L);
        Bounds wanted = since.isPresent() && after >= 0 ? bounds : NOTHING;
        return read(stream, Direction.AFTER, after, wanted, READ_TRIES).map(answer -> answer.resume(since, bounds));
    }

    @Override
    public Future<Slice> after(StreamName stream, long after, Bounds bounds) {
        return read(stream, Direction.AFTER, after, bounds, READ_TRIES).map(answer -> answer.after(after, bounds));
    }

    @Override
    public Future<Slice> before(StreamName stream, long before, Bounds bounds) {
        return read(stream, Direction.BEFORE, before, bounds, READ_TRIES).map(answer -> answer.before(before, bounds));
    }

    @Override
    public Future<Boolean> isBarred(StreamName stream, UserId user) {
        return redis.run(BARRED.call().key(key(stream, "b")).arg(user.value())).map(Response::toBoolean);
    }

    @Override
    public Future<Void> unbar(StreamName stream, UserId user) {
        return redis.run(UNBAR.call().key(key(stream, "b")).arg(user.value())).mapEmpty();
    }

    private ScriptCall appending(Append append) {
        StreamName stream = append.stream();
        ScriptCall call = APPEND.call()
                .key(RedisKeys.of(stream.lane(), "lane"))
                .key(RedisKeys.of(stream.lane(), "moved"))
                .key(RedisKeys.of(stream.lane(), "ka"))
                .key(RedisKeys.of(stream.lane(), "kb"))
                .key(key(stream, "m"))
                .key(key(stream, "e"))
                .key(key(stream, "b"))
                .arg(millis.getAsLong())
                .arg(Epochs.next())
                .arg(stream.value())
                .arg(append.notAfter())
                .arg(append.retention().entries())
                .arg(append.retention().ageMs())
                .arg(EntryRow.unplaced(append))
                .arg(append.author().map(UserId::value).orElse(""))
                .arg(append.bars().map(UserId::value).orElse(""));
        append.key()
                .ifPresentOrElse(
                        key -> call.arg(RowKey.published(stream, key)).arg(KeyRow.unplaced(key)),
                        () -> call.arg("").arg(""));
        return call;
    }

    /** A lane may have to be forked first: only the first read after a fail-over meets that. */
    private Future<ReadAnswer> read(StreamName stream, Direction direction, long seq, Bounds bounds, int tries) {
        ScriptCall call = READ.call()
                .key(RedisKeys.of(stream.lane(), "lane"))
                .key(key(stream, "m"))
                .key(key(stream, "e"))
                .arg(millis.getAsLong())
                .arg(direction == Direction.AFTER ? "after" : "before")
                .arg(seq)
                .arg(bounds.entries())
                .arg(bounds.bytes());
        return redis.run(call).compose(answer -> {
            if (answer.size() > 0) {
                return Future.succeededFuture(ReadAnswer.read(stream, direction, answer));
            }
            return tries > 1
                    ? fork(stream.lane()).compose(any -> read(stream, direction, seq, bounds, tries - 1))
                    : Future.failedFuture(new StoreFailure("the lane forks again and again"));
        });
    }

    private Future<Response> fork(int lane) {
        return redis.run(FORK.call()
                .key(RedisKeys.of(lane, "lane"))
                .arg(millis.getAsLong())
                .arg(Epochs.next()));
    }

    private static String key(StreamName stream, String kind) {
        return RedisKeys.of(stream.lane(), kind, stream.value());
    }
}
