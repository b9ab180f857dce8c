package dev.portcullis.store;

import dev.portcullis.config.Section;
import java.util.Optional;

/** The section {@code store}, without {@code store.redis}. */
public record StoreConfig(Kind kind, Optional<String> path, boolean fsync, int waiting, long cacheBytes) {
    private static final long CACHE_BYTES = 32L << 20;

    /** The kind of store. */
    public enum Kind {
        /** The store is a folder of this one node. */
        EMBEDDED,
        /** The store is a Redis that all nodes of a cluster share. */
        REDIS
    }

    /** Makes the settings of an embedded store. */
    public StoreConfig(Kind kind, Optional<String> path, boolean fsync, int waiting) {
        this(kind, path, fsync, waiting, CACHE_BYTES);
    }

    public static StoreConfig read(Section store) {
        return new StoreConfig(
                store.basic().choice("kind", Kind.EMBEDDED, "where durable data is kept"),
                store.basic().path("path", "folder of the embedded store; without it a temporary one, deleted on exit"),
                store.flag("fsync", true, "whether an ack of the embedded store waits until the disk has it"),
                store.integer(
                        "waiting",
                        20_000,
                        16,
                        1_000_000,
                        "steps that may wait for the embedded store; more fail at once"),
                store.number(
                        "cacheBytes",
                        CACHE_BYTES,
                        8L << 20,
                        64L << 30,
                        "read cache of the embedded store outside the heap, for all tables together; "
                                + "an archive in it has a quarter as much of its own"));
    }
}
