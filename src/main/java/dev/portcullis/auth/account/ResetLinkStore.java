package dev.portcullis.auth.account;

import dev.portcullis.auth.mail.OpenLinks;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Keeps the links for a new password: a row for each e-mail address that was mailed one, under the hash of the address. They
 * belong to the address and to no account. A stranger who registered with it could else end them, by another password, or by
 * deleting the account and registering again (CWE-640). A failed future means that the store failed, and that the step may or may not
 * be done.
 */
public final class ResetLinkStore {
    private static final RowForm<OpenLinks> LINKS = RowForm.of(OpenLinks.class);

    /** All rows of a lane, by their ends. */
    private static final Partition ENDS = new Partition("ar_ends", "all");

    /** How many rows that are over one step removes. */
    private static final int REMOVED = 16;

    private static final int LENGTH_OF_TIME = 16;

    private final RowStore rows;

    record Change(OpenLinks before, OpenLinks after) {
        boolean isNone() {
            return before.equals(after);
        }
    }

    public ResetLinkStore(RowStore rows) {
        this.rows = rows;
    }

    /** @param email the hash of the address */
    Future<OpenLinks> find(String email) {
        RowKey row = rowOf(email);
        return rows.read(Lanes.of(email), ReadSet.of(row))
                .map(found -> found.get(row).map(LINKS::decode).orElse(OpenLinks.NONE));
    }

    /**
     * Changes the links of an address in one atomic step.
     *
     * @param email the hash of the address
     * @param step may be called more than once, and only the last call counts: it must have no effects
     */
    Future<Change> update(String email, long now, UnaryOperator<OpenLinks> step) {
        RowKey row = rowOf(email);
        RowRange over = ENDS.before(time(now), REMOVED);
        return rows.change(Lanes.of(email), ReadSet.of(row).and(ReadSet.of(over)), found -> {
            OpenLinks before = found.get(row).map(LINKS::decode).orElse(OpenLinks.NONE);
            Change change = new Change(before, step.apply(before));
            if (change.isNone()) {
                return RowStep.done(change);
            }
            WriteSet writes = WriteSet.NONE;
            for (Row each : found.get(over)) {
                writes = writes.remove(ENDS.row(each.key()))
                        .remove(rowOf(each.key().substring(LENGTH_OF_TIME)));
            }
            return RowStep.done(change, writes.and(writes(email, change)));
        });
    }

    private static WriteSet writes(String email, Change change) {
        WriteSet removal =
                endOf(email, change.before).map(WriteSet.NONE::remove).orElse(WriteSet.NONE);
        RowKey row = rowOf(email);
        return endOf(email, change.after)
                .map(end -> removal.put(end, "").put(row, LINKS.encode(change.after)))
                .orElseGet(() -> removal.remove(row));
    }

    private static Optional<RowKey> endOf(String email, OpenLinks links) {
        return links.equals(OpenLinks.NONE) ? Optional.empty() : Optional.of(ENDS.row(time(links.endsAt()) + email));
    }

    private static RowKey rowOf(String email) {
        return RowKey.of("ar", email);
    }

    private static String time(long millis) {
        return String.format(Locale.ROOT, "%015d.", millis);
    }
}
