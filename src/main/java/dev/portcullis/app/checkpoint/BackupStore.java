package dev.portcullis.app.checkpoint;

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
 * Keeps in the store when it was backed up last, so that a restart does not end the alert, and that it was restored, until the node
 * has told so. Each method is one atomic step. A failed future means that the store failed, and that the step may or may not be done.
 */
public final class BackupStore {
    private static final int LANE = Lanes.of("backup");
    private static final RowKey LAST = RowKey.of("backup", "last");
    private static final RowKey RESTORED = RowKey.of("backup", "restored");
    private static final RowForm<LastBackup> LAST_FORM = RowForm.of(LastBackup.class);
    private static final RowForm<Restored> RESTORED_FORM = RowForm.of(Restored.class);

    private final RowStore rows;

    /**
     * @param at milliseconds since 1970: the moment that it holds
     * @param tookMs until it was whole
     */
    public record LastBackup(long at, long tookMs) {
        public static final LastBackup NONE = new LastBackup(0, 0);
    }

    /**
     * @param from milliseconds since 1970: the moment that the store was put back to
     * @param at when that was done
     */
    public record Restored(long from, long at) {}

    public BackupStore(RowStore rows) {
        this.rows = rows;
    }

    public Future<Optional<LastBackup>> last() {
        return rows.read(LANE, ReadSet.of(LAST)).map(found -> found.get(LAST).map(LAST_FORM::decode));
    }

    public Future<Void> made(LastBackup backup) {
        return rows.write(LANE, WriteSet.of(LAST, LAST_FORM.encode(backup)));
    }

    public Future<Void> restored(Restored restored) {
        return rows.write(LANE, WriteSet.of(RESTORED, RESTORED_FORM.encode(restored)));
    }

    /** Forgets what it returns: the audit log has it from then on. */
    public Future<Optional<Restored>> takeRestored() {
        return rows.change(LANE, ReadSet.of(RESTORED), found -> {
            Optional<Restored> restored = found.get(RESTORED).map(RESTORED_FORM::decode);
            return RowStep.done(restored, restored.isPresent() ? WriteSet.NONE.remove(RESTORED) : WriteSet.NONE);
        });
    }
}
