package dev.portcullis.store.redis;

import io.vertx.core.Vertx;
import java.util.Set;

/**
 * What all event loops share.
 *
 * @param scripts those that are known: a new connection loads them before anybody needs them
 */
record Parts(Vertx vertx, RedisConfig config, Dialer dialer, Chart chart, Set<Script> scripts, Complaints complaints) {}
