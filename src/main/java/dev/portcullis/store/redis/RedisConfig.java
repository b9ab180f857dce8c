package dev.portcullis.store.redis;

import dev.portcullis.config.Section;

/**
 * The section {@code store.redis}.
 *
 * @param timeoutMs how long one call may take before its outcome counts as unknown
 * @param waiting calls that may wait on one connection; more fail at once
 */
public record RedisConfig(String uri, int timeoutMs, int waiting) {
    public static RedisConfig read(Section redis) {
        return new RedisConfig(
                redis.text("uri", "redis://127.0.0.1:6379", "where Redis is"),
                redis.integer("timeoutMs", 500, 50, 5_000, "how long one call to Redis may take"),
                redis.integer(
                        "waiting", 2_048, 16, 100_000, "calls that may wait on one connection; more fail at once"));
    }
}
