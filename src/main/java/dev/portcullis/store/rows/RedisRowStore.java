package dev.portcullis.store.rows;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.store.rows.RowStep.Done;
import dev.portcullis.store.rows.RowStep.ReadMore;
import dev.portcullis.store.rows.Rows.Row;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rows in Redis. A step is computed here, and its writes are made if the rows that it read are unchanged. */
public final class RedisRowStore implements RowStore {
    /** The most tries of a step. Each time that a step must be computed again, another step has written one of its rows. */
    private static final int MAX_TRIES = 200;

    /** The most steps of a lane that are repeated and wait for earlier ones, and the longest wait. */
    private static final int WAITING = 2_000;

    private static final long WAIT_MS = 3_000;

    /** The argument that asks for a digest. Only a change needs one; each frame's read of a room would otherwise pay for it. */
    private static final String FOR_CHANGE = "1";

    private static final String PLAINLY = "";

    /** The digest of a change that depends on nothing. */
    private static final String NOTHING_READ = "";

    /** The most lanes of one call, which other clients wait for. */
    private static final int LANES_PER_CALL = 64;

    private static final String END_OF_KEY = "\0";

    private final RedisStore redis;
    private final LongSupplier clock;
    private final boolean exempt;
    private final Map<Integer, StepQueue> repeated = new ConcurrentHashMap<>();
    private final Script readScript;
    private final Script commitScript;

    /** @param digest identifies the rows that were read for a change */
    private record Seen(Rows rows, String digest) {}

    public RedisRowStore(RedisStore redis) {
        this(redis, () -> 0);
    }

    /** @param clock replaces Redis's own clock in tests; 0 stands for that clock */
    public RedisRowStore(RedisStore redis, LongSupplier clock) {
        this(redis, clock, false);
    }

    private RedisRowStore(RedisStore redis, LongSupplier clock, boolean exempt) {
        this.redis = redis;
        this.clock = clock;
        this.exempt = exempt;
        this.readScript = redis.gatheredScript(RedisRowStore.class, "rows", "read_rows");
        this.commitScript = redis.script(RedisRowStore.class, "rows", "row_changes", "commit_rows");
    }

    /**
     * Makes a store for rows that are few, and most needed while the store is flooded: its calls pass the limit of calls in
     * flight.
     */
    public static RowStore exemptFromLimit(RedisStore redis) {
        return new RedisRowStore(redis, () -> 0, true);
    }

    @Override
    public Future<Rows> read(int lane, ReadSet reads) {
        return look(lane, reads, PLAINLY).map(Seen::rows);
    }

    @Override
    public <T> Future<T> change(int lane, ReadSet reads, Function<Rows, RowStep<T>> step) {
        return look(lane, reads, FOR_CHANGE).compose(seen -> new Change<>(lane, step).run(reads, seen, MAX_TRIES));
    }

    @Override
    public Future<Void> write(int lane, WriteSet writes) {
        return writes.isEmpty()
                ? Future.succeededFuture()
                : commit(lane, ReadSet.NONE, NOTHING_READ, RowStep.LATEST, writes)
                        .compose(RedisRowStore::made)
                        .mapEmpty();
    }

    /** In a Redis Cluster a call may touch only one slot, and so one lane; elsewhere one call reads many. */
    @Override
    public Future<Map<Integer, Rows>> read(List<Integer> lanes, ReadSet reads) {
        int together = redis.clustered() ? 1 : LANES_PER_CALL;
        List<Future<Map<Integer, Rows>>> parts = IntStream.iterate(0, i -> i < lanes.size(), i -> i + together)
                .mapToObj(i -> readPart(lanes.subList(i, Math.min(lanes.size(), i + together)), reads))
                .toList();
        return Future.join(parts)
                .transform(joined -> !parts.isEmpty() && parts.stream().allMatch(Future::failed)
                        ? Future.failedFuture(joined.cause())
                        : Future.succeededFuture(answered(parts)));
    }

    private Future<Map<Integer, Rows>> readPart(List<Integer> lanes, ReadSet reads) {
        return run(lanes, reads, PLAINLY)
                .map(reply -> IntStream.range(0, lanes.size())
                        .boxed()
                        .collect(Collectors.toUnmodifiableMap(
                                lanes::get, i -> seen(reads, reply, i).rows())));
    }

    private static Map<Integer, Rows> answered(List<Future<Map<Integer, Rows>>> parts) {
        return parts.stream()
                .filter(Future::succeeded)
                .flatMap(part -> part.result().entrySet().stream())
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private Future<Seen> look(int lane, ReadSet reads, String why) {
        return run(List.of(lane), reads, why).map(reply -> seen(reads, reply, 0));
    }

    private Future<Response> run(List<Integer> lanes, ReadSet reads, String why) {
        Script.Call call = begin(readScript);
        new RowArguments(call).reads(lanes, reads);
        return redis.run(call.arg(why));
    }

    private Future<Response> commit(int lane, ReadSet reads, String digest, long notAfter, WriteSet writes) {
        Script.Call call = begin(commitScript);
        RowArguments rows = new RowArguments(call).reads(List.of(lane), reads);
        call.arg(digest).arg(notAfter);
        rows.writes(lane, writes);
        return redis.run(call);
    }

    /** Fails where nothing was written. */
    private static Future<Response> made(Response reply) {
        return switch (reply.toString()) {
            case "done" -> Future.succeededFuture(reply);
            case "full" -> Future.failedFuture(StoreFailure.notApplied("a queue is full"));
            default -> Future.failedFuture(StoreFailure.notApplied("a change came too late"));
        };
    }

    /** @param lane the place of the lane among those that were read */
    private static Seen seen(ReadSet reads, Response reply, int lane) {
        Map<RowKey, Optional<String>> rows = new HashMap<>();
        Map<RowRange, List<Row>> ranges = new HashMap<>();
        Response results = reply.get(2);
        int at = lane * (reads.rows().size() + reads.ranges().size());
        for (RowKey row : reads.rows()) {
            rows.put(row, row.partition().isEmpty() ? text(results.get(at)) : first(results.get(at)));
            at++;
        }
        for (RowRange range : reads.ranges()) {
            ranges.put(range, members(results.get(at)));
            at++;
        }
        return new Seen(
                new Rows(reply.get(0).toLong(), rows, ranges), reply.get(1).toString());
    }

    private static Optional<String> text(@Nullable Response value) {
        return Optional.ofNullable(value).map(found -> found.toString(StandardCharsets.UTF_8));
    }

    private static Optional<String> first(Response members) {
        return members(members).stream().map(Row::value).findFirst();
    }

    private static List<Row> members(Response members) {
        return members.stream()
                .map(member -> {
                    String[] parts = member.toString(StandardCharsets.UTF_8).split(END_OF_KEY, 2);
                    return new Row(parts[0], parts[1]);
                })
                .toList();
    }

    /** One change, until it is written. */
    private final class Change<T> {
        private final int lane;
        private final Function<Rows, RowStep<T>> step;
        private boolean queued;

        Change(int lane, Function<Rows, RowStep<T>> step) {
            this.lane = lane;
            this.step = step;
        }

        Future<T> run(ReadSet reads, Seen seen, int tries) {
            if (tries == 0) {
                return Future.failedFuture(StoreFailure.notApplied("some rows change too often"));
            }
            RowStep<T> next = step.apply(seen.rows());
            if (next instanceof ReadMore<T> more) {
                ReadSet all = reads.and(more.reads());
                return look(lane, all, FOR_CHANGE).compose(later -> run(all, later, tries - 1));
            }
            Done<T> done = (Done<T>) next;
            return done.writes().isEmpty() ? Future.succeededFuture(done.result()) : commit(reads, seen, done, tries);
        }

        private Future<T> commit(ReadSet reads, Seen seen, Done<T> done, int tries) {
            return RedisRowStore.this
                    .commit(lane, reads, seen.digest(), done.notAfter(), done.writes())
                    .compose(reply -> reply.type() == ResponseType.MULTI
                            ? repeat(reads, seen(reads, reply, 0), tries - 1)
                            : made(reply).map(done.result()));
        }

        /**
         * Tries the step again. The first time, it waits until the earlier repeats of this node in the lane are over: at once,
         * they would meet again.
         */
        private Future<T> repeat(ReadSet reads, Seen current, int tries) {
            if (queued) {
                return run(reads, current, tries);
            }
            queued = true;
            return repeatedOf(lane).run(() -> look(lane, reads, FOR_CHANGE).compose(later -> run(reads, later, tries)));
        }
    }

    private StepQueue repeatedOf(int lane) {
        return repeated.computeIfAbsent(
                lane, any -> new StepQueue(WAITING, WAIT_MS, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime())));
    }

    private Script.Call begin(Script script) {
        Script.Call call = exempt ? script.call().exemptFromLimit() : script.call();
        return call.arg(clock.getAsLong());
    }
}
