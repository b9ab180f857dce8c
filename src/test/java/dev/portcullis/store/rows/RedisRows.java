package dev.portcullis.store.rows;

import dev.portcullis.store.redis.RedisStore;
import java.util.function.LongSupplier;

/** Rows in Redis by a clock that a test sets, for tests of other packages. */
public final class RedisRows {
    private RedisRows() {}

    public static RowStore open(RedisStore redis, LongSupplier clock) {
        return new RedisRowStore(redis, clock);
    }
}
