package dev.portcullis.audit.chain;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Keeps the head of each chain outside of its files, so that a cut end shows: a row in the lane of the chain's name. Each method
 * is one atomic step. A failed future means that the store failed, and that the step may or may not be done: it may be
 * repeated.
 */
public final class AuditHeadStore {
    private static final RowForm<ChainHead> HEAD = RowForm.of(ChainHead.class);

    private final RowStore rows;

    public AuditHeadStore(RowStore rows) {
        this.rows = rows;
    }

    /** The newest head that was recorded for a chain. */
    public Future<Optional<ChainHead>> find(String chain) {
        RowKey row = rowOf(chain);
        return rows.read(Lanes.of(chain), ReadSet.of(row))
                .map(found -> found.get(row).map(HEAD::decode));
    }

    /**
     * Records a head, but never goes back: a head that is not behind the recorded one changes nothing. The head is persisted
     * before the answer.
     *
     * @return the recorded head from now on; another one than given if two writers use one name, or lines were lost
     */
    public Future<ChainHead> advance(String chain, ChainHead head) {
        RowKey row = rowOf(chain);
        return rows.change(
                Lanes.of(chain),
                ReadSet.of(row),
                found -> found.get(row)
                        .map(HEAD::decode)
                        .filter(recorded -> recorded.n() >= head.n())
                        .map(RowStep::done)
                        .orElseGet(() -> RowStep.done(head, WriteSet.of(row, HEAD.encode(head)))));
    }

    static RowKey rowOf(String chain) {
        return RowKey.of("audit", chain);
    }
}
