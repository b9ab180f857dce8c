package dev.portcullis.resilience;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Makes one call for each of many items in chunks: the next chunk begins when each call of the one before has succeeded. One
 * request that needs many calls must not take all that may be in flight, for then others are refused (CWE-770).
 */
public final class ChunkedCalls {
    /** Half of what a connection to a slow Redis takes in any case ({@code store.redis.minInFlight}). */
    public static final int AT_ONCE = 16;

    private ChunkedCalls() {}

    /** @return the results in the order of the items; fails with the first failure, and begins no further chunk then */
    public static <T, R> Future<List<R>> run(List<T> items, Function<T, Future<R>> call) {
        return run(items, AT_ONCE, call);
    }

    /** @param atOnce calls in a chunk */
    public static <T, R> Future<List<R>> run(List<T> items, int atOnce, Function<T, Future<R>> call) {
        return run(items, atOnce, call, new ArrayList<>(items.size()));
    }

    private static <T, R> Future<List<R>> run(List<T> items, int atOnce, Function<T, Future<R>> call, List<R> results) {
        int from = results.size();
        if (from == items.size()) {
            return Future.succeededFuture(results);
        }
        int to = Math.min(items.size(), from + atOnce);
        return Future.all(items.subList(from, to).stream().map(call).toList()).compose(chunk -> {
            results.addAll(chunk.list());
            return run(items, atOnce, call, results);
        });
    }
}
