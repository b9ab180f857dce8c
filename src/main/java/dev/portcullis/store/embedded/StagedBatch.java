package dev.portcullis.store.embedded;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The writes of one step on top of the writes of its group; they are discarded if the step fails. */
final class StagedBatch implements Batch {
    private final RowCache committed;
    private final StagedWrites group;
    private final StagedWrites own = new StagedWrites();

    StagedBatch(RowCache committed, StagedWrites group) {
        this.committed = committed;
        this.group = group;
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        RowId row = new RowId(table, key);
        byte[] staged = staged(row);
        return staged == null ? committed.get(row) : orNull(staged);
    }

    @Override
    public byte @Nullable [] getOnce(Table table, byte[] key) {
        RowId row = new RowId(table, key);
        byte[] staged = staged(row);
        return staged == null ? committed.getOnce(row) : orNull(staged);
    }

    @Override
    public void scan(Table table, byte[] from, byte[] to, Visitor visitor) {
        Scan scan = new Scan(staged(table, from, to, Arrays::compareUnsigned), visitor);
        if (!isEmptied(table)) {
            committed.scan(table, from, to, scan);
        }
        scan.finish();
    }

    @Override
    public void scanBack(Table table, byte[] from, byte[] to, Visitor visitor) {
        Scan scan = new Scan(staged(table, from, to, (one, other) -> Arrays.compareUnsigned(other, one)), visitor);
        if (!isEmptied(table)) {
            committed.scanBack(table, from, to, scan);
        }
        scan.finish();
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

    private byte @Nullable [] staged(RowId row) {
        byte[] staged = own.find(row);
        return staged == null ? group.find(row) : staged;
    }

    private static byte @Nullable [] orNull(byte[] staged) {
        return staged == StagedWrites.DELETED ? null : staged;
    }

    private NavigableMap<byte[], byte[]> staged(Table table, byte[] from, byte[] to, Comparator<byte[]> order) {
        NavigableMap<byte[], byte[]> rows = new TreeMap<>(order);
        if (!own.isEmptied(table)) {
            group.copyTo(rows, table, from, to);
        }
        own.copyTo(rows, table, from, to);
        return rows;
    }

    private boolean isEmptied(Table table) {
        return own.isEmptied(table) || group.isEmptied(table);
    }

    void mergeIntoGroup() {
        group.add(own);
    }

    /** Mixes staged rows into a scan of the committed rows that they replace. */
    private static final class Scan implements Visitor {
        private final NavigableMap<byte[], byte[]> staged;
        private final Visitor visitor;
        private boolean goesOn = true;

        /** @param staged the staged rows in the order of the scan; visited ones are removed */
        Scan(NavigableMap<byte[], byte[]> staged, Visitor visitor) {
            this.staged = staged;
            this.visitor = visitor;
        }

        @Override
        public boolean visit(byte[] key, byte[] value) {
            visitAll(staged.headMap(key, false));
            byte[] other = staged.remove(key);
            visitOne(key, other == null ? value : other);
            return goesOn;
        }

        /** Visits the staged rows behind the last committed one. */
        void finish() {
            visitAll(staged);
        }

        private void visitAll(Map<byte[], byte[]> rows) {
            rows.forEach(this::visitOne);
            rows.clear();
        }

        private void visitOne(byte[] key, byte[] value) {
            if (goesOn && value != StagedWrites.DELETED) {
                goesOn = visitor.visit(key, value);
            }
        }
    }
}
