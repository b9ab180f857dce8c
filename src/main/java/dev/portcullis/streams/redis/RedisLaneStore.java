package dev.portcullis.streams.redis;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.lane.LaneStore;
import dev.portcullis.streams.lane.NodeIncarnation;
import dev.portcullis.streams.record.RandomEpoch;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** The lanes of a cluster, in Redis. */
public final class RedisLaneStore implements LaneStore {

    /**
     * A call costs Redis as much as twenty lanes at rest, so fewer calls are cheaper; and while a call runs, which is less than
     * a millisecond for so many lanes, everybody else waits.
     */
    private static final int LANES_IN_A_CALL = 64;

    private static final int NAMES = 2_000;

    private final RedisStore redis;
    private final Script tickScript;
    private final Script leaveScript;
    private final Script forsakeScript;
    private final LongSupplier millis;

    public RedisLaneStore(RedisStore redis) {
        this(redis, () -> 0);
    }

    /** @param millis the time; 0 is that of Redis's own clock */
    RedisLaneStore(RedisStore redis, LongSupplier millis) {
        this.redis = redis;
        this.tickScript = redis.script(RedisLaneStore.class, "lane", "tick");
        this.leaveScript = redis.script(RedisLaneStore.class, "leave");
        this.forsakeScript = redis.script(RedisLaneStore.class, "lane", "forsake");
        this.millis = millis;
    }

    /** In a Redis Cluster each lane is in a slot of its own, and a call touches one slot. */
    @Override
    public int lanesAtOnce() {
        return redis.clustered() ? 1 : LANES_IN_A_CALL;
    }

    @Override
    public Future<List<LaneTick>> tick(LeaseHolder leaseHolder, List<LaneCursor> marks) {
        return Future.all(parts(marks).stream()
                        .map(part -> ticked(leaseHolder, part))
                        .toList())
                .map(all -> all.<List<LaneTick>>list().stream()
                        .flatMap(List::stream)
                        .toList());
    }

    @Override
    public Future<Void> release(LeaseHolder leaseHolder) {
        return inAllLanes(part -> left(leaseHolder, part));
    }

    @Override
    public Future<Void> expireStale(String node) {
        return inAllLanes(part -> forsaken(node, part));
    }

    private Future<Void> inAllLanes(Function<List<Integer>, Future<Response>> call) {
        List<Integer> all = IntStream.range(0, Lanes.COUNT).boxed().toList();
        return Future.join(parts(all).stream().map(call).toList()).mapEmpty();
    }

    private Future<List<LaneTick>> ticked(LeaseHolder leaseHolder, List<LaneCursor> marks) {
        Script.Call call = tickScript
                .call()
                .exemptFromLimit()
                .arg(millis.getAsLong())
                .arg(RandomEpoch.next())
                .arg(leaseHolder.incarnation())
                .arg(leaseHolder.silentMs())
                .arg(NAMES)
                .arg(LAPSE_MS);
        for (LaneCursor mark : marks) {
            call.key(RedisKeys.of(mark.lane(), "lane"))
                    .key(RedisKeys.of(mark.lane(), "leases"))
                    .key(RedisKeys.of(mark.lane(), "moved"))
                    .arg(mark.fork())
                    .arg(mark.laneSeq());
        }
        return redis.run(call)
                .map(answer -> IntStream.range(0, marks.size())
                        .mapToObj(i -> news(marks.get(i), answer.get(i)))
                        .toList());
    }

    private Future<Response> left(LeaseHolder leaseHolder, List<Integer> lanes) {
        Script.Call call = leaveScript.call().exemptFromLimit().arg(leaseHolder.incarnation());
        lanes.forEach(lane -> call.key(RedisKeys.of(lane, "leases")));
        return redis.run(call);
    }

    private Future<Response> forsaken(String node, List<Integer> lanes) {
        Script.Call call = forsakeScript
                .call()
                .exemptFromLimit()
                .arg(millis.getAsLong())
                .arg(NodeIncarnation.beginOf(node))
                .arg(EARLY_MS);
        lanes.forEach(lane -> call.key(RedisKeys.of(lane, "lane")).key(RedisKeys.of(lane, "leases")));
        return redis.run(call);
    }

    private <T> List<List<T>> parts(List<T> all) {
        int size = lanesAtOnce();
        return IntStream.range(0, (all.size() + size - 1) / size)
                .mapToObj(part -> all.subList(part * size, Math.min(all.size(), (part + 1) * size)))
                .toList();
    }

    private static LaneTick news(LaneCursor known, Response told) {
        if (told.type() == ResponseType.NUMBER) {
            return new LaneTick(Lease.HELD, known, true, List.of(), told.toLong(), 0);
        }
        Response names = told.get(4);
        List<Moved> moved = new ArrayList<>(names.size() / 2);
        for (int i = 0; i < names.size(); i += 2) {
            moved.add(new Moved(
                    new StreamName(names.get(i).toString()), names.get(i + 1).toLong()));
        }
        return new LaneTick(
                Lease.valueOf(told.get(0).toString()),
                new LaneCursor(known.lane(), told.get(1).toString(), told.get(2).toLong()),
                told.get(3).toBoolean(),
                List.copyOf(moved),
                told.get(5).toLong(),
                told.get(6).toLong());
    }
}
