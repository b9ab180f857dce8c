package dev.portcullis.archive;

import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * The lease of the node that feeds the archive from a lane. It saves work: two nodes that feed the same lane do no harm, since the
 * archive takes each part once.
 *
 * @param untilMs the end of the lease by the store's clock
 */
record FeederLease(String node, long untilMs) {
    static final RowKey ROW = RowKey.of("ul", "feeder");
    static final long LASTS_MS = 10_000;

    private static final char SEPARATOR = ' ';

    /** The lease of a lane; empty if no node has it now. */
    static Optional<FeederLease> of(Rows rows) {
        return rows.get(ROW).map(FeederLease::decode).filter(lease -> lease.untilMs > rows.now());
    }

    /** Acquires the lease of a lane, or renews it. Returns whether the node has it. */
    static Future<Boolean> acquire(RowStore store, int lane, String node) {
        return store.change(lane, ReadSet.of(ROW), rows -> step(rows, node));
    }

    static RowStep<Boolean> step(Rows rows, String node) {
        if (of(rows).filter(lease -> !lease.node.equals(node)).isPresent()) {
            return RowStep.done(false);
        }
        return RowStep.done(true, WriteSet.of(ROW, new FeederLease(node, rows.now() + LASTS_MS).encode()));
    }

    /** Whether the lease lasts long enough for a round of work. */
    boolean isFresh(long now) {
        return untilMs - now > LASTS_MS / 2;
    }

    private String encode() {
        return untilMs + String.valueOf(SEPARATOR) + node;
    }

    private static FeederLease decode(String row) {
        int end = row.indexOf(SEPARATOR);
        return new FeederLease(row.substring(end + 1), Long.parseLong(row.substring(0, end)));
    }
}
