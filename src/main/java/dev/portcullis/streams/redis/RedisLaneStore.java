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
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
    private final Script leasesScript;
    private final LongSupplier millis;

    public RedisLaneStore(RedisStore redis) {
        this(redis, () -> 0);
    }

    /** @param millis the time; 0 stands for Redis's own clock */
    RedisLaneStore(RedisStore redis, LongSupplier millis) {
        this.redis = redis;
        this.tickScript = redis.script(RedisLaneStore.class, "lane", "tick");
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
        return judged(lanes, leasesScript.call())
                .map(leases -> leases.stream()
                        .collect(Collectors.groupingBy(
                                JudgedLease::lane,
                                Collectors.mapping(JudgedLease::incarnation, Collectors.toUnmodifiableSet()))));
    }

    private Future<Void> inAllLanes(Function<List<Integer>, Future<?>> call) {
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
        return release(leaseHolder.incarnation(), lanes.stream());
    }

    private Future<Response> release(String incarnation, Stream<Integer> lanes) {
        Script.Call call = redis.command("ZREM").exemptFromLimit().arg(incarnation);
        lanes.forEach(lane -> call.key(RedisKeys.of(lane, "leases")));
        return redis.run(call);
    }

    /**
     * Expires leases earlier than they would by themselves. A node that was only paused finds its incarnation ended at its tick.
     */
    private Future<?> expirePart(String node, List<Integer> lanes) {
        return judged(lanes, leasesScript.call().exemptFromLimit())
                .map(leases -> leases.stream()
                        .filter(lease -> lease.age() > EARLY_EXPIRY_MS
                                && lease.incarnation().startsWith(NodeIncarnation.prefixOf(node)))
                        .collect(Collectors.groupingBy(JudgedLease::incarnation)))
                .compose(stale -> Future.join(stale.entrySet().stream()
                        .map(each ->
                                release(each.getKey(), each.getValue().stream().map(JudgedLease::lane)))
                        .toList()));
    }

    /** A lease of a lane in which leases are judged now. */
    private record JudgedLease(int lane, String incarnation, long age) {}

    private Future<List<JudgedLease>> judged(List<Integer> lanes, Script.Call call) {
        call.arg(millis.getAsLong());
        lanes.forEach(lane -> call.key(RedisKeys.of(lane, "lane")).key(RedisKeys.of(lane, "leases")));
        return redis.run(call).map(reply -> {
            List<JudgedLease> judged = new ArrayList<>();
            for (int i = 0; i < lanes.size(); i++) {
                Response leases = reply.get(i + 1);
                for (int at = 0; leases.type() == ResponseType.MULTI && at < leases.size(); at += 2) {
                    long age = reply.get(0).toLong() - leases.get(at + 1).toLong();
                    judged.add(new JudgedLease(lanes.get(i), leases.get(at).toString(), age));
                }
            }
            return judged;
        });
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
