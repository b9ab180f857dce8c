package dev.portcullis.app.node.live;

import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Whether a reload of all nodes takes place: one row in the store, so that nodes that lose the one that leads the reload decide
 * alike. What was decided first, stays.
 */
final class ReloadDecision {
    private static final int LANE = 0;
    private static final RowKey LAST = RowKey.of("reload", "last");
    private static final String TAKEN = "taken ";
    private static final String DROPPED = "dropped ";

    private final RowStore rows;

    ReloadDecision(RowStore rows) {
        this.rows = rows;
    }

    /** Decides that the reload takes place. False where a node has dropped it. */
    Future<Boolean> take(String id) {
        return decide(id, DROPPED, TAKEN).map(dropped -> !dropped);
    }

    /** Decides that it does not. False where it takes place already. */
    Future<Boolean> drop(String id) {
        return decide(id, TAKEN, DROPPED).map(taken -> !taken);
    }

    /** Whether the other decision stands; writes this one otherwise. */
    private Future<Boolean> decide(String id, String other, String own) {
        return rows.change(
                LANE,
                ReadSet.of(LAST),
                found -> Optional.of(other + id).equals(found.get(LAST))
                        ? RowStep.done(true, WriteSet.NONE)
                        : RowStep.done(false, WriteSet.of(LAST, own + id)));
    }
}
