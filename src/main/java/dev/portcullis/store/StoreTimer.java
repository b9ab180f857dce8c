package dev.portcullis.store;

import java.util.Locale;

/** Hears how long the store took, also where it failed. Called on the store's own threads. */
@FunctionalInterface
public interface StoreTimer {
    void record(Operation operation, long nanos);

    /** What a store is waited for. */
    enum Operation {
        /** One group of writes, until the disk has it. */
        COMMIT,
        /** One query, with its wait for a free thread. */
        READ,
        /** One query in the background, for what nobody waits for, with its wait for the one thread of such. */
        BACKGROUND,
        /** One run of a script in Redis, until its answer or the end of the wait. */
        SCRIPT;

        private final String id = name().toLowerCase(Locale.ROOT);

        /** As it stands in labels. */
        public String id() {
            return id;
        }
    }
}
