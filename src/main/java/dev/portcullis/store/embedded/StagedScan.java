package dev.portcullis.store.embedded;

import dev.portcullis.store.embedded.Reader.Visitor;
import java.util.Map;
import java.util.NavigableMap;

/** Mixes staged rows into a scan of the committed rows that they replace. */
final class StagedScan implements Visitor {
    private final NavigableMap<byte[], byte[]> staged;
    private final Visitor visitor;
    private boolean goesOn = true;

    /** @param staged the staged rows in the order of the scan; visited ones are removed */
    StagedScan(NavigableMap<byte[], byte[]> staged, Visitor visitor) {
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
