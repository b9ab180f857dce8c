package dev.portcullis.auth.session;

import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.WriteSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The rules of one more revocation among those of a partition. Those that no longer count are removed with it. */
final class RevocationStep {
    private final Partition partition;
    private final RevocationLimits limits;
    private final long now;
    private final Map<String, RevocationRow> inForce = new HashMap<>();
    private WriteSet writes;

    /** @param range the rows of the partition, as many as may be in force and one more */
    RevocationStep(Partition partition, RowRange range, Rows found, RevocationLimits limits) {
        this.partition = partition;
        this.limits = limits;
        this.now = found.now();
        Map<RowKey, Optional<String>> over = new LinkedHashMap<>();
        for (Rows.Row each : found.get(range)) {
            RevocationRow row = RevocationRow.FORM.decode(each.value());
            if (row.isInForce(now)) {
                inForce.put(each.key(), row);
            } else {
                over.put(partition.row(each.key()), Optional.empty());
            }
        }
        this.writes = WriteSet.of(over);
    }

    /**
     * Revokes tokens of the partition's user. Where that are too many single ones, all tokens that the user has by now are
     * revoked instead: what was revoked stays so, and the memory is bounded (CWE-770). The single ones go with that: else the
     * next revocation would find too many again, and revoke what the user got since.
     *
     * @return the time before which all tokens are revoked because there were too many
     */
    RowStep<Optional<Long>> revoke(TokenScope scope) {
        put(scope, RevocationRow.of(scope, now, limits.keepMs(scope)));
        if (inForce.size() - (inForce.containsKey(TokenScope.BEFORE) ? 1 : 0) <= limits.perUser()) {
            return RowStep.done(Optional.empty(), writes);
        }
        writes = WriteSet.NONE.clear(partition);
        TokenScope all = TokenScope.issuedBefore(now + 1);
        put(all, RevocationRow.of(all, now, limits.keepMs(all)));
        return RowStep.done(Optional.of(now + 1), writes);
    }

    /** Counts a revocation whose user is not known. False if there are too many. */
    RowStep<Boolean> count(TokenScope scope) {
        if (inForce.size() >= limits.withoutUser() && !inForce.containsKey(scope.key())) {
            return RowStep.done(false, writes);
        }
        put(scope, RevocationRow.of(scope, now, limits.keepInLaneMs(scope)));
        return RowStep.done(true, writes);
    }

    private void put(TokenScope scope, RevocationRow row) {
        String key = scope.key();
        RevocationRow both = inForce.merge(key, row, RevocationRow::and);
        writes = writes.putFor(partition.row(key), RevocationRow.FORM.encode(both), both.until() - now);
    }
}
