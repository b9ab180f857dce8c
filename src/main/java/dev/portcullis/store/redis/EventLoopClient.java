package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisConfig.Topology;
import dev.portcullis.store.redis.ReplicationFacts.MasterFacts;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to all masters. It chooses the connection for a call, and repeats a call after a redirection.
 * It is confined to that event loop.
 */
final class EventLoopClient implements GatheredCalls.Client {
    private static final long PAUSE_MS = 25;

    /** The key that is written in front of a {@code WAIT}. */
    private static final String HELD = "held";

    private final RedisContext redis;
    private final Context context;
    private final Map<HostPort, RedisConnection> connections = new HashMap<>();
    private final Map<HostPort, ReplicaConfirmer> confirmers = new HashMap<>();
    private final GatheredCalls gathered;
    private @Nullable SlotMap slots;
    private boolean closed;

    EventLoopClient(RedisContext redis, Context context) {
        this.redis = redis;
        this.context = context;
        this.gathered = new GatheredCalls(this, redis.gathered(), redis.config().topology() == Topology.CLUSTER);
        redis.masters().addListener(() -> context.runOnContext(any -> currentSlots()));
    }

    @Override
    public Context context() {
        return context;
    }

    /** Completes when each master is connected; fails with the reason if one is not. */
    Future<?> connected() {
        currentSlots();
        return Future.all(Stream.concat(
                        connections.values().stream().map(RedisConnection::attempt),
                        confirmers.values().stream().map(ReplicaConfirmer::connected))
                .toList());
    }

    /** Loads a script. A failure is ignored: a call that gets NOSCRIPT loads its script itself. */
    void load(Script script) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(redis.config().timeoutMs());
        connections.values().stream()
                .filter(RedisConnection::isConnected)
                .forEach(connection -> connection.load(script, nanos));
    }

    /** Runs a call, maybe together with others of this turn. It fails with a {@link StoreFailure}. */
    Future<Response> run(Script.Call call) {
        long deadlineNanos = deadlineNanos();
        return call.script().isGathered() ? gathered.run(call, deadlineNanos) : runNow(call, deadlineNanos);
    }

    @Override
    public Future<Response> runNow(Script.Call call, long deadlineNanos) {
        redis.calls().increment();
        return attempt(new PendingCall(call, deadlineNanos, 0));
    }

    private long deadlineNanos() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(redis.config().timeoutMs());
    }

    /** Runs a script once on each master, with the call made for a lane of that master. These calls are not counted. */
    Future<List<Response>> runOnEachMaster(IntFunction<Script.Call> callForLane) {
        SlotMap slots = currentSlots();
        return slots == null
                ? Future.failedFuture(StoreFailure.notApplied("no master is known"))
                : Future.all(slots.masters().stream()
                                .map(slots::laneOf)
                                .map(callForLane::apply)
                                .map(call -> attempt(new PendingCall(call, deadlineNanos(), 0)))
                                .toList())
                        .map(CompositeFuture::list);
    }

    /** Completes when enough replicas of each master have all that was written; at once if no answer waits for them. */
    Future<?> replicasConfirm() {
        SlotMap slots = currentSlots();
        return slots == null
                ? Future.failedFuture(StoreFailure.notApplied("no master is known"))
                : Future.join(slots.masters().stream()
                        .filter(confirmers::containsKey)
                        .map(master -> confirmerOf(master).confirm("", RedisKeys.of(slots.laneOf(master), HELD)))
                        .toList());
    }

    /** The {@code INFO} of each master. */
    Future<List<ServerInfo>> info() {
        long nanos = TimeUnit.MILLISECONDS.toNanos(redis.config().timeoutMs());
        return Future.all(connections.values().stream()
                        .map(connection -> connection
                                .send(Request.cmd(Command.INFO), nanos)
                                .map(info -> ServerInfo.parse(info.toString())))
                        .toList())
                .map(CompositeFuture::list);
    }

    /** What each master says of its replicas and its disk. */
    Future<List<MasterFacts>> replication() {
        return Future.all(connections.values().stream().map(this::replication).toList())
                .map(CompositeFuture::list);
    }

    private Future<MasterFacts> replication(RedisConnection master) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(redis.config().timeoutMs());
        Future<Optional<String>> fsync = master.send(
                        Request.cmd(Command.CONFIG).arg("GET").arg("appendfsync"), nanos)
                .map(named -> Optional.ofNullable(named.get("appendfsync")).map(Response::toString))
                .otherwise(Optional.empty());
        return master.send(Request.cmd(Command.INFO), nanos)
                .map(text -> ServerInfo.parse(text.toString()))
                .compose(info -> fsync.map(known -> new MasterFacts(
                        master.endpoint(), info.replicas(), info.requiresReplicas(), info.appendOnly(), known)));
    }

    void close() {
        closed = true;
        connections.values().forEach(RedisConnection::close);
        connections.clear();
        confirmers.values().forEach(ReplicaConfirmer::close);
        confirmers.clear();
    }

    private Future<Response> attempt(PendingCall pendingCall) {
        Optional<RedisConnection> connection = Optional.ofNullable(currentSlots())
                .flatMap(slots -> slots.of(pendingCall.call().slot()))
                .map(this::connectionTo);
        return connection
                .map(to -> sendOver(to, pendingCall))
                .orElseGet(() -> Future.failedFuture(StoreFailure.notApplied("no master is known")));
    }

    private Future<Response> sendOver(RedisConnection connection, PendingCall pendingCall) {
        boolean confirmed =
                redis.config().acks().areAwaited() && pendingCall.call().isConfirmedByReplicas();
        if (confirmed && redis.replicas().areTooFew(connection.endpoint())) {
            redis.replicas().unconfirmed();
            return Future.failedFuture(StoreFailure.notApplied("too few replicas follow the master"));
        }
        AdaptiveCallLimit limit = connection.limit();
        if ((!pendingCall.call().isExemptFromLimit() && !limit.hasCapacity())
                || (confirmed && !confirmerOf(connection.endpoint()).hasCapacity())) {
            redis.refused().increment();
            return failed(pendingCall, RedisError.FULL, StoreFailure.notApplied("too many calls are under way"));
        }
        long startedAt = System.nanoTime();
        limit.begin();
        return connection
                .send(pendingCall.call().byDigest(), pendingCall.remainingNanos())
                .onComplete(
                        answer -> limit.end(startedAt, System.nanoTime()),
                        failure -> release(limit, startedAt, failure))
                .compose(
                        reply -> confirmed(connection, pendingCall, reply),
                        failure -> retryOrFail(connection, pendingCall, failure));
    }

    /** Returns a reply when the replicas have what it rests on. */
    private Future<Response> confirmed(RedisConnection connection, PendingCall pendingCall, Response reply) {
        Script.Call call = pendingCall.call();
        Optional<String> writer = redis.config().acks().areAwaited() ? call.writerOf(reply) : Optional.empty();
        return writer.isEmpty()
                ? Future.succeededFuture(reply)
                : confirmerOf(connection.endpoint())
                        .confirm(writer.get(), RedisKeys.sameLane(call.key(), HELD))
                        .onComplete(
                                confirmed -> redis.replicas().confirmed(),
                                failure -> redis.replicas().unconfirmed())
                        .map(reply);
    }

    private static void release(AdaptiveCallLimit limit, long startedAt, Throwable failure) {
        RedisError error = RedisError.of(failure);
        if (error == RedisError.UNCONNECTED || error == RedisError.LOST) {
            limit.end();
        } else {
            limit.end(startedAt, System.nanoTime());
        }
    }

    private Future<Response> retryOrFail(RedisConnection connection, PendingCall pendingCall, Throwable failure) {
        RedisError error = RedisError.of(failure);
        if (pendingCall.isExhausted()) {
            return failed(pendingCall, error, failure);
        }
        return switch (error) {
            case NOSCRIPT -> loadAndRun(connection, pendingCall.again());
            case MOVED -> {
                redis.masters().refresh();
                yield redirected(connection, pendingCall, failure, false);
            }
            case ASK -> redirected(connection, pendingCall, failure, true);
            case CLUSTERDOWN -> {
                redis.masters().markSuspect(connection.endpoint());
                yield pause().compose(paused -> attempt(pendingCall.again()));
            }
            case NOREPLICAS -> {
                redis.masters().markSuspect(connection.endpoint());
                yield failed(pendingCall, error, failure);
            }
            case TRYAGAIN -> pause().compose(paused -> attempt(pendingCall.again()));
            case UNCONNECTED ->
                redis.masters().current() == slots && connections.containsValue(connection)
                        ? failed(pendingCall, error, failure)
                        : attempt(pendingCall.again());
            case READONLY, MASTERDOWN, LOADING, NOAUTH -> {
                redis.masters().markSuspect(connection.endpoint());
                connection.drop();
                yield failed(pendingCall, error, failure);
            }
            default -> failed(pendingCall, error, failure);
        };
    }

    /**
     * Sends the load and the call without waiting in between: on a slow network there is no time for two round trips.
     */
    private Future<Response> loadAndRun(RedisConnection connection, PendingCall pendingCall) {
        Future<Response> loaded =
                ContextSwitch.returnTo(connection.load(pendingCall.call().script(), pendingCall.remainingNanos()));
        return connection
                .send(pendingCall.call().byDigest(), pendingCall.remainingNanos())
                .compose(
                        reply -> confirmed(connection, pendingCall, reply),
                        failure ->
                                loaded.transform(load -> load.failed() && RedisError.of(failure) == RedisError.NOSCRIPT
                                        ? failed(pendingCall, RedisError.of(load.cause()), load.cause())
                                        : retryOrFail(connection, pendingCall, failure)));
    }

    private Future<Response> redirected(
            RedisConnection from, PendingCall pendingCall, Throwable redirection, boolean asking) {
        Optional<RedisConnection> to =
                RedisError.target(redirection, from.endpoint()).map(this::connectionTo);
        if (to.isEmpty()) {
            return failed(pendingCall, RedisError.of(redirection), redirection);
        }
        if (asking) { // ASKING holds for the next command of the connection only
            Future<Response> unused = to.get().send(Request.cmd(Command.ASKING), pendingCall.remainingNanos());
        }
        return sendOver(to.get(), pendingCall.again());
    }

    private Future<Response> failed(PendingCall pendingCall, RedisError error, Throwable failure) {
        Script script = pendingCall.call().script();
        redis.log().callFailed(script, error, failure);
        String message = script.name() + " failed: " + error;
        return Future.failedFuture(error.notApplied() ? StoreFailure.notApplied(message) : new StoreFailure(message));
    }

    private Future<Void> pause() {
        return redis.vertx().timer(PAUSE_MS, TimeUnit.MILLISECONDS).mapEmpty();
    }

    private @Nullable SlotMap currentSlots() {
        SlotMap latest = redis.masters().current();
        if (latest != null && latest != slots && !closed) {
            slots = latest;
            connections.values().removeIf(connection -> {
                boolean removed = !latest.has(connection.endpoint());
                if (removed) {
                    connection.close();
                }
                return removed;
            });
            confirmers.entrySet().removeIf(each -> {
                boolean removed = !latest.has(each.getKey());
                if (removed) {
                    each.getValue().close();
                }
                return removed;
            });
            latest.masters().forEach(this::connectionTo);
            if (redis.config().acks().areAwaited()) {
                latest.masters().forEach(this::confirmerOf);
            }
        }
        return closed ? null : latest;
    }

    private ReplicaConfirmer confirmerOf(HostPort master) {
        return confirmers.computeIfAbsent(master, any -> new ReplicaConfirmer(master, redis, context));
    }

    private RedisConnection connectionTo(HostPort to) {
        return connections.computeIfAbsent(to, any -> new RedisConnection(to, redis, context));
    }

    /**
     * A call with its deadline. Redirections and script loads don't extend the deadline, and their number is bounded.
     */
    private record PendingCall(Script.Call call, long deadlineNanos, int attempts) {
        private static final int MAX_ATTEMPTS = 16;

        PendingCall again() {
            return new PendingCall(call, deadlineNanos, attempts + 1);
        }

        long remainingNanos() {
            return Math.max(1, deadlineNanos - System.nanoTime());
        }

        boolean isExhausted() {
            return attempts >= MAX_ATTEMPTS || System.nanoTime() - deadlineNanos >= 0;
        }
    }
}
