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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The lanes of a cluster, in Redis. */
public final class RedisLaneStore implements LaneStore {

    /**
     * The most lanes of one call. A call costs Redis as much as twenty idle lanes, so fewer calls are cheaper. But all other
     * clients wait while a call runs, which takes less than a millisecond for this many lanes.
     */
    private static final int LANES_PER_CALL = 64;

    private static final int MAX_NAMES = 2_000;

    private final RedisStore redis;
    private final Script tickScript;
    private final Script releaseScript;
    private final Script expireScript;
    private final Script leasesScript;
    private final LongSupplier millis;

    public RedisLaneStore(RedisStore redis) {
        this(redis, () -> 0);
    }

    /** @param millis the time; 0 stands for Redis's own clock */
    RedisLaneStore(RedisStore redis, LongSupplier millis) {
        this.redis = redis;
        this.tickScript = redis.script(RedisLaneStore.class, "lane", "tick");
        this.releaseScript = redis.script(RedisLaneStore.class, "release_leases");
        this.expireScript = redis.script(RedisLaneStore.class, "lane", "expire_leases");
        this.leasesScript = redis.script(RedisLaneStore.class, "lane", "leases");
        this.millis = millis;
    }

    /** The number of lanes of one call. In a Redis Cluster each lane has its own slot, and a call may touch only one slot. */
    @Override
    public int lanesAtOnce() {
        return redis.clustered() ? 1 : LANES_PER_CALL;
    }

    @Override
    public Future<List<LaneTick>> tick(LeaseHolder leaseHolder, List<LaneCursor> cursors) {
        return Future.all(parts(cursors).stream()
                        .map(part -> tickPart(leaseHolder, part))
                        .toList())
                .map(all -> all.<List<LaneTick>>list().stream()
                        .flatMap(List::stream)
                        .toList());
    }

    @Override
    public Future<Void> release(LeaseHolder leaseHolder) {
        return inAllLanes(part -> releasePart(leaseHolder, part));
    }

    @Override
    public Future<Void> expireStale(String node) {
        return inAllLanes(part -> expirePart(node, part));
    }

    @Override
    public Future<Map<Integer, Set<String>>> leases(List<Integer> lanes) {
        List<Future<Map<Integer, Set<String>>>> parts =
                parts(lanes).stream().map(this::leasesOfPart).toList();
        return Future.join(parts)
                .otherwiseEmpty() // a master that is away must not hold up the lanes of the others
                .map(any -> parts.stream()
                        .filter(Future::succeeded)
                        .flatMap(part -> part.result().entrySet().stream())
                        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    private Future<Map<Integer, Set<String>>> leasesOfPart(List<Integer> lanes) {
        Script.Call call = leasesScript.call().arg(millis.getAsLong());
        lanes.forEach(lane -> call.key(RedisKeys.of(lane, "lane")).key(RedisKeys.of(lane, "leases")));
        return redis.run(call).map(reply -> {
            Map<Integer, Set<String>> judged = new HashMap<>();
            for (int i = 0; i < lanes.size(); i++) {
                if (reply.get(i).type() == ResponseType.MULTI) {
                    judged.put(
                            lanes.get(i),
                            reply.get(i).stream().map(Response::toString).collect(Collectors.toUnmodifiableSet()));
                }
            }
            return judged;
        });
    }

    private Future<Void> inAllLanes(Function<List<Integer>, Future<Response>> call) {
        List<Integer> all = IntStream.range(0, Lanes.COUNT).boxed().toList();
        return Future.join(parts(all).stream().map(call).toList()).mapEmpty();
    }

    private Future<List<LaneTick>> tickPart(LeaseHolder leaseHolder, List<LaneCursor> cursors) {
        Script.Call call = tickScript
                .call()
                .exemptFromLimit()
                .arg(millis.getAsLong())
                .arg(RandomEpoch.next())
                .arg(leaseHolder.incarnation())
                .arg(leaseHolder.sinceLastTickMs())
                .arg(MAX_NAMES)
                .arg(LEASE_MS);
        for (LaneCursor cursor : cursors) {
            call.key(RedisKeys.of(cursor.lane(), "lane"))
                    .key(RedisKeys.of(cursor.lane(), "leases"))
                    .key(RedisKeys.of(cursor.lane(), "moved"))
                    .arg(cursor.fork())
                    .arg(cursor.laneSeq());
        }
        return redis.run(call)
                .map(reply -> IntStream.range(0, cursors.size())
                        .mapToObj(i -> decode(cursors.get(i), reply.get(i)))
                        .toList());
    }

    private Future<Response> releasePart(LeaseHolder leaseHolder, List<Integer> lanes) {
        Script.Call call = releaseScript.call().exemptFromLimit().arg(leaseHolder.incarnation());
        lanes.forEach(lane -> call.key(RedisKeys.of(lane, "leases")));
        return redis.run(call);
    }

    private Future<Response> expirePart(String node, List<Integer> lanes) {
        Script.Call call = expireScript
                .call()
                .exemptFromLimit()
                .arg(millis.getAsLong())
                .arg(NodeIncarnation.prefixOf(node))
                .arg(EARLY_EXPIRY_MS);
        lanes.forEach(lane -> call.key(RedisKeys.of(lane, "lane")).key(RedisKeys.of(lane, "leases")));
        return redis.run(call);
    }

    private <T> List<List<T>> parts(List<T> all) {
        int size = lanesAtOnce();
        return IntStream.range(0, (all.size() + size - 1) / size)
                .mapToObj(part -> all.subList(part * size, Math.min(all.size(), (part + 1) * size)))
                .toList();
    }

    private static LaneTick decode(LaneCursor known, Response reply) {
        if (reply.type() == ResponseType.NUMBER) {
            return new LaneTick(Lease.HELD, known, true, List.of(), reply.toLong(), 0);
        }
        Response names = reply.get(4);
        List<Moved> moved = new ArrayList<>(names.size() / 2);
        for (int i = 0; i < names.size(); i += 2) {
            moved.add(new Moved(
                    new StreamName(names.get(i).toString()), names.get(i + 1).toLong()));
        }
        return new LaneTick(
                Lease.valueOf(reply.get(0).toString()),
                new LaneCursor(
                        known.lane(), reply.get(1).toString(), reply.get(2).toLong()),
                reply.get(3).toBoolean(),
                List.copyOf(moved),
                reply.get(5).toLong(),
                reply.get(6).toLong());
    }
}
