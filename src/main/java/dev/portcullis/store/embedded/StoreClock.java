package dev.portcullis.store.embedded;

import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time by which an embedded store judges how old its data is. It never goes back. While the process runs, it counts elapsed
 * time, so that a wall clock that is set neither ends young data nor keeps old data. Only the time in which the process did not
 * run is taken from the wall clock. Its values are milliseconds since 1970 by a clock that was never corrected; they are compared
 * with each other and shown to no user. All threads use it.
 */
public final class StoreClock implements LongSupplier {
    private static final Logger LOG = LoggerFactory.getLogger(StoreClock.class);
    private static final byte[] KEY = "now".getBytes(StandardCharsets.UTF_8);

    /** The difference between the wall clock and elapsed time from which on the clock counts as set. */
    private static final long SET_MS = 1_000;

    private static final long SAVED_EVERY_MS = TimeUnit.SECONDS.toMillis(10);

    private final EmbeddedStore store;
    private final Table table;
    private final LongSupplier wall;
    private final LongSupplier nanos;
    private final long start;
    private final long startNanos;
    private volatile Saved saved;

    /**
     * @param millis the store's time
     * @param wallAhead how far the wall clock was ahead of it at that time
     */
    private record Saved(long millis, long wallAhead) {
        private byte[] encode() {
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(millis)
                    .putLong(wallAhead)
                    .array();
        }

        private static Saved decode(byte @Nullable [] row, long wall) {
            if (row == null) {
                return new Saved(wall, 0);
            }
            ByteBuffer values = ByteBuffer.wrap(row);
            return new Saved(values.getLong(), values.getLong());
        }

        /** The time of a store that is opened when the wall clock shows this. */
        private long at(long wall) {
            return Math.max(millis, wall - wallAhead);
        }
    }

    private StoreClock(EmbeddedStore store, Table table, LongSupplier wall, LongSupplier nanos, Saved last) {
        this.store = store;
        this.table = table;
        this.wall = wall;
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
        this.start = last.at(wall.getAsLong());
        this.saved = last;
    }

    /**
     * Opens the clock. Call it while starting: it blocks for a moment while it creates a table.
     *
     * @param wall the wall clock, in milliseconds since 1970
     * @param nanos a clock that is never set, such as {@link System#nanoTime()}
     */
    public static Future<StoreClock> open(EmbeddedStore store, LongSupplier wall, LongSupplier nanos) {
        Table table = store.table("store.clock");
        return store.read(reader -> Saved.decode(reader.get(table, KEY), wall.getAsLong()))
                .map(last -> new StoreClock(store, table, wall, nanos, last));
    }

    @Override
    public long getAsLong() {
        return start + TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - startNanos);
    }

    /**
     * Saves the time where a restart could not tell it: the wall clock was set, or goes back before the next start. It is called
     * twice a second, so that the time is known up to a moment before a crash.
     */
    public void save() {
        long now = getAsLong();
        long ahead = wall.getAsLong() - now;
        Saved before = saved;
        long set = ahead - before.wallAhead;
        boolean isSet = Math.abs(set) > SET_MS;
        if (!isSet && now - before.millis < SAVED_EVERY_MS) {
            return;
        }
        if (isSet) {
            LOG.atWarn()
                    .addKeyValue("event", "store.clock.set")
                    .addKeyValue("byMs", set)
                    .log("the clock of this machine was set; the store counts elapsed time instead");
        }
        Saved next = new Saved(now, ahead);
        saved = next;
        store.write(batch -> {
                    batch.put(table, KEY, next.encode());
                    return next;
                })
                .onFailure(failure -> saved = before);
    }
}
