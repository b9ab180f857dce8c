package dev.portcullis.store.redis;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreTimer;
import dev.portcullis.store.StoreTimer.Operation;
import dev.portcullis.store.redis.RedisConfig.Topology;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/**
 * Runs scripts in Redis. Each event loop has its own pipelined connection to each master. Futures complete on the
 * caller's context, within the configured time, and fail with a {@link StoreFailure}.
 */
public final class RedisStore {
    private static final Script CONFIRM = Script.of(RedisStore.class, List.of("confirm"));

    private final RedisConfig config;
    private final StoreTimer timer;
    private final EventLoopContexts contexts;
    private final MasterCache masters;
    private final RedisContext redis;
    private final Map<Thread, EventLoopClient> clients;
    private final EventLoopClient first;
    private final RedisHealth health;
    private final Script command;
    private volatile boolean closed;

    private RedisStore(Vertx vertx, RedisConfig config, StoreTimer timer, EventLoopContexts contexts) {
        this.config = config;
        this.timer = timer;
        this.contexts = contexts;
        Map<Thread, Context> loops = contexts.contexts();
        RedisConnector connector = new RedisConnector(vertx, config);
        this.masters = new MasterCache(
                new MasterDiscovery(config, connector),
                loops.values().iterator().next());
        this.redis = new RedisContext(
                vertx,
                config,
                connector,
                masters,
                ConcurrentHashMap.newKeySet(),
                new GatheredScripts(),
                CONFIRM,
                new ReplicaState(config.acks().replicas()),
                timer,
                new RedisLog(LoggerFactory.getLogger(RedisStore.class), System::nanoTime),
                new LongAdder(),
                new LongAdder());
        if (config.acks().areAwaited()) {
            redis.scripts().add(CONFIRM);
        }
        this.clients = loops.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, each -> new EventLoopClient(redis, each.getValue())));
        this.first = clients.values().iterator().next();
        this.health = new RedisHealth(redis, first, script(RedisHealth.class, "probe"));
        this.command = script(RedisStore.class, "command");
    }

    /**
     * Completes once all masters have answered each event loop; fails with a {@link
     * dev.portcullis.store.StoreOpenException}.
     */
    public static Future<RedisStore> open(Vertx vertx, RedisConfig config, StoreTimer timer) {
        return ContextSwitch.returnTo(EventLoopContexts.deploy(vertx).compose(contexts -> {
            RedisStore store = new RedisStore(vertx, config, timer, contexts);
            contexts.onStop(store::closeThisLoop);
            return store.start()
                    .onSuccess(started -> store.redis.log().opened())
                    .map(store)
                    .recover(failure -> store.close().transform(any -> Future.failedFuture(failure)));
        }));
    }

    /**
     * Registers a script: every connection loads it before its first call, also a connection that is opened later.
     *
     * @param beside the class beside which the resources are
     * @param files the script, after the files with the functions that it uses, since Redis has no other way for
     *     scripts to share code
     */
    public Script script(Class<?> beside, String... files) {
        return register(Script.of(beside, List.of(files)));
    }

    /** Registers one script like {@link #gatheredScripts}. */
    public Script gatheredScript(Class<?> beside, String... files) {
        return gatheredScripts(beside, List.of(), List.of(List.of(files))).get(0);
    }

    /**
     * Registers scripts that read little, or count something. Calls of them that begin in one turn of an event loop become one
     * call, so that all of them are of one moment, in their order; in a Redis Cluster, only those of one lane. A script that
     * fails is called once more by itself, so it must have written nothing where Redis refuses its writes.
     *
     * @param functions the files with the functions that these scripts use, which may not refer to keys and arguments
     * @param scripts the files of each script
     */
    public List<Script> gatheredScripts(Class<?> beside, List<String> functions, List<List<String>> scripts) {
        Script before = redis.gathered().all();
        List<Script> added = redis.gathered().add(beside, functions, scripts);
        redis.scripts().remove(before);
        register(redis.gathered().all());
        added.forEach(this::register);
        return added;
    }

    private Script register(Script script) {
        redis.scripts().add(script);
        clients.values().forEach(client -> client.context().runOnContext(any -> client.load(script)));
        return script;
    }

    /** A call that runs a command on each of its keys. The reply has an element for each key. */
    public Script.Call command(String name) {
        return command.call().arg(name);
    }

    /** Runs a script. If it fails, the script may have run, unless the failure says that it was not applied. */
    public Future<Response> run(Script.Call call) {
        long startedAt = System.nanoTime();
        EventLoopClient client = clients.get(Thread.currentThread());
        return (client != null ? client.run(call) : runOnFirstLoop(call))
                .onComplete(any -> timer.record(Operation.SCRIPT, System.nanoTime() - startedAt));
    }

    /** Whether this is a Redis Cluster, where a call touches one lane only. */
    public boolean clustered() {
        return config.topology() == Topology.CLUSTER;
    }

    /** Whether each master accepted a write within the last 1.5 s, and none evicts data. */
    public boolean healthy() {
        return !closed && health.isHealthy();
    }

    /** Whether no master is known to evict data. */
    public boolean keepsData() {
        return !closed && !health.isEvicting();
    }

    /** The time of Redis's clock, never ahead of it; with several masters, of the slowest clock. */
    public long millis() {
        return System.currentTimeMillis() + health.clockOffsetMs();
    }

    /** The number of scripts that were run so far. The store's own health checks are not counted. */
    public long calls() {
        return redis.calls().sum();
    }

    /** The number of calls that failed at once, since too many were in flight. */
    public long refusedCalls() {
        return redis.refused().sum();
    }

    /** Whether this Redis, as it is now, keeps what it acknowledges. */
    public Future<AckSafety> ackSafety() {
        return ContextSwitch.returnTo(ContextSwitch.runOn(first.context(), first::replication))
                .map(masters -> AckSafety.of(
                        new ReplicationFacts(config.topology(), config.acks().replicas(), masters)));
    }

    /** Logs what an ack is worth. Without an answer there is no line: the node is then not ready, and says why. */
    public void reportAckSafety() {
        ackSafety().onSuccess(safety -> redis.log().acks(safety, config.acks().areAwaited()));
    }

    /** The number of lanes whose master has fewer replicas than an ack needs. */
    public int lanesShortOfReplicas() {
        SlotMap slots = masters.current();
        return slots == null ? 0 : redis.replicas().lanesIn(slots);
    }

    /** The number of appends that the replicas confirmed. */
    public long confirmedAppends() {
        return redis.replicas().confirmedAppends();
    }

    /** The number of appends that were refused or are unknown, since too few replicas confirmed them in time. */
    public long unconfirmedAppends() {
        return redis.replicas().unconfirmedAppends();
    }

    /** Closes the store. Calls in flight fail. */
    public Future<Void> close() {
        closed = true;
        return contexts.close();
    }

    private Future<?> start() {
        return masters.refresh()
                .compose(slots -> Future.all(clients.values().stream()
                        .map(client -> ContextSwitch.runOn(client.context(), client::connected))
                        .toList()))
                .compose(connected -> ContextSwitch.runOn(first.context(), health::start));
    }

    /** Runs a call for a caller whose thread is not one of the event loops. */
    private Future<Response> runOnFirstLoop(Script.Call call) {
        return closed
                ? Future.failedFuture(StoreFailure.notApplied("the store is closed"))
                : ContextSwitch.returnTo(ContextSwitch.runOn(first.context(), () -> first.run(call)));
    }

    private void closeThisLoop() {
        closed = true;
        EventLoopClient client = clients.get(Thread.currentThread());
        if (client != null) {
            client.close();
        }
    }
}
