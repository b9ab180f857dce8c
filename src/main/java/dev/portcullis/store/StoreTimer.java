package dev.portcullis.store;

import dev.portcullis.protocol.LowerCaseId;

/** Receives the duration of each operation of the store, also of a failed one. It is called on any thread. */
@FunctionalInterface
public interface StoreTimer {
    void record(Operation operation, long nanos);

    /** The operations that are timed. */
    enum Operation implements LowerCaseId {
        /** One group of writes, until it is on the disk. */
        COMMIT,
        /** One query, including its wait for a free thread. */
        READ,
        /** One query of a few rows, on the event loop of its caller. One that could not be answered there counts as a read only. */
        INLINE,
        /** One background query, including its wait for the single background thread. */
        BACKGROUND,
        /** One checkpoint, including its wait for the single background thread. */
        CHECKPOINT,
        /** One query of rows that are not often read, including its wait for a free thread of their own. */
        COLD,
        /** One look into an index of messages, including its wait for the single thread of such. */
        SEARCH,
        /** One call of a script in Redis, until its answer or its timeout; that of an append includes its wait for replicas. */
        SCRIPT,
        /** One wait for the replicas of a master in Redis, by which a group of appends is confirmed. */
        REPLICAS
    }
}
