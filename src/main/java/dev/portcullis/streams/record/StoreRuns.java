package dev.portcullis.streams.record;

import java.util.ArrayList;
import java.util.List;

/**
 * The newest runs of the store, by their epochs, oldest first. The first append after each opening starts a run, so that
 * a position is never repeated after a restart, a restored backup or lost writes.
 *
 * @param emptySince the index of the first run since which a stream without a record is known to have been empty
 * @param lastForgetAt the store time at which expired streams were forgotten last; at first the time when the store was new. An
 * opening does not change it, so a store that is often reopened forgets too
 * @param forgottenUntil the store time up to which records that had expired are forgotten
 */
public record StoreRuns(List<String> epochs, int emptySince, long lastForgetAt, long forgottenUntil) {
    private static final int KEPT = 8;

    public static StoreRuns first(String epoch, long now) {
        return new StoreRuns(List.of(epoch), 0, now, Long.MIN_VALUE);
    }

    public String current() {
        return epochs.get(epochs.size() - 1);
    }

    public StoreRuns begin(String epoch) {
        List<String> all = new ArrayList<>(epochs);
        all.add(epoch);
        int dropped = Math.max(0, all.size() - KEPT);
        return new StoreRuns(
                List.copyOf(all.subList(dropped, all.size())),
                Math.max(0, emptySince - dropped),
                lastForgetAt,
                forgottenUntil);
    }

    /** Starts a run in which expired streams are new streams: a client can't take the new one for the old one. */
    public StoreRuns forgetExpired(String epoch, long now) {
        StoreRuns next = begin(epoch);
        return new StoreRuns(next.epochs, next.epochs.size() - 1, now, now);
    }

    /** The former runs that ended after the run of this epoch; all of them if that run is no longer known. */
    List<String> endedAfter(String epoch) {
        return epochs.subList(epochs.indexOf(epoch) + 1, epochs.size() - 1);
    }

    /** The former runs in which a stream without a record was empty. */
    List<String> endedWhileEmpty() {
        return epochs.subList(emptySince, epochs.size() - 1);
    }

    public byte[] encode() {
        RowWriter row =
                new RowWriter(256).number(emptySince).number(lastForgetAt).number(forgottenUntil);
        row.number(epochs.size());
        epochs.forEach(row::text);
        return row.end();
    }

    public static StoreRuns decode(byte[] bytes) {
        RowReader row = new RowReader(bytes);
        int born = (int) row.number();
        long lastCut = row.number();
        long forgotten = row.number();
        List<String> epochs = new ArrayList<>();
        for (long left = row.number(); left > 0; left--) {
            epochs.add(row.text());
        }
        return new StoreRuns(List.copyOf(epochs), born, lastCut, forgotten);
    }
}
