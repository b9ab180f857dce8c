package dev.portcullis.store.embedded;

import org.jspecify.annotations.Nullable;

/** The writes of one step on top of those of its group; discarded if the step fails. */
final class StagedBatch implements Batch {
    private final Reader committed;
    private final StagedWrites group;
    private final StagedWrites own = new StagedWrites();

    StagedBatch(Reader committed, StagedWrites group) {
        this.committed = committed;
        this.group = group;
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        byte[] staged = own.find(table, key);
        if (staged == null) {
            staged = group.find(table, key);
        }
        if (staged == null) {
            return committed.get(table, key);
        }
        return staged == StagedWrites.DELETED ? null : staged;
    }

    @Override
    public void put(Table table, byte[] key, byte[] value) {
        own.put(table, key, value);
    }

    @Override
    public void delete(Table table, byte[] key) {
        own.put(table, key, StagedWrites.DELETED);
    }

    @Override
    public void empty(Table table) {
        own.empty(table);
    }

    void mergeIntoGroup() {
        group.add(own);
    }
}
