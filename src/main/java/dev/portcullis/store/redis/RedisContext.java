package dev.portcullis.store.redis;

import dev.portcullis.store.StoreTimer;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * The objects that the clients of all event loops share.
 *
 * @param scripts the registered scripts: a new connection loads them before its first call
 * @param gathered those of the scripts that are called together
 * @param confirm the script in front of a {@code WAIT}
 * @param calls counts the calls
 * @param refused counts the calls that were refused because too many were in flight
 */
record RedisContext(
        Vertx vertx,
        RedisConfig config,
        RedisConnector connector,
        MasterCache masters,
        Set<Script> scripts,
        GatheredScripts gathered,
        Script confirm,
        ReplicaState replicas,
        StoreTimer timer,
        RedisLog log,
        LongAdder calls,
        LongAdder refused) {}
