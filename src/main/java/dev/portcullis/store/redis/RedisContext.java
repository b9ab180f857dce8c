package dev.portcullis.store.redis;

import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all event loops share.
 *
 * @param scripts those that are known: a new connection loads them before anybody needs them
 * @param refused counts the calls that were refused since too many were under way
 */
record RedisContext(
        Vertx vertx,
        RedisConfig config,
        RedisConnector connector,
        MasterCache masters,
        Set<Script> scripts,
        RedisLog log,
        LongAdder refused) {}
