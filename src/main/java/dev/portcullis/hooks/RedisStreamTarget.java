package dev.portcullis.hooks;

import dev.portcullis.hooks.HooksConfig.HookStreamConfig;
import dev.portcullis.hooks.outbox.StoredEvent;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Adds events to a Redis stream. It never trims the stream: only its reader knows what was read. */
public final class RedisStreamTarget implements HookTarget {
    private final RedisStore redis;
    private final Script addScript;
    private final HookStreamConfig config;
    private final long timeoutMs;

    /** @param timeoutMs of a call to Redis */
    public RedisStreamTarget(RedisStore redis, HookStreamConfig config, long timeoutMs) {
        this.redis = redis;
        this.addScript = redis.script(RedisStreamTarget.class, "add_events");
        this.config = config;
        this.timeoutMs = timeoutMs;
    }

    @Override
    public Future<Delivery> deliver(List<StoredEvent> events, long withinMs, BooleanSupplier othersTaken) {
        Script.Call call = addScript.call().key(config.stream()).arg(config.most());
        events.forEach(
                event -> call.arg(event.id()).arg(event.type()).arg(event.key()).arg(event.json()));
        return redis.run(call)
                .map(added -> added.toBoolean() ? Delivery.TAKEN : Delivery.away("stream_full"))
                .otherwise(failure -> Delivery.away("store"));
    }

    @Override
    public long deadlineMs() {
        return timeoutMs;
    }

    @Override
    public void close() {
        // the connection is the store's
    }
}
