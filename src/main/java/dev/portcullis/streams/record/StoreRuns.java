package dev.portcullis.streams.record;

import java.util.ArrayList;
import java.util.List;

/**
 * The newest runs of the store, by their epochs, oldest first. Each opening begins one, so that a restored backup, a lost
 * tail or a restart never repeats a place.
 *
 * @param born index of the first run since which a stream without a record is known to have been empty
 * @param lastCut when streams that ran out were forgotten last, in store time; at first when the store was new. An opening does
 *     not move it: a store that is opened each week forgets too
 * @param forgotten store time of the last cut: records that had run out by then do not count any more
 */
public record StoreRuns(List<String> epochs, int born, long lastCut, long forgotten) {
    private static final int KEPT = 8;

    public static StoreRuns first(String epoch, long now) {
        return new StoreRuns(List.of(epoch), 0, now, Long.MIN_VALUE);
    }

    String current() {
        return epochs.get(epochs.size() - 1);
    }

    public StoreRuns begin(String epoch) {
        List<String> all = new ArrayList<>(epochs);
        all.add(epoch);
        int dropped = Math.max(0, all.size() - KEPT);
        return new StoreRuns(
                List.copyOf(all.subList(dropped, all.size())), Math.max(0, born - dropped), lastCut, forgotten);
    }

    /** Begins a run in which streams that ran out are new ones: nobody can take their next life for the last. */
    public StoreRuns forgetExpired(String epoch, long now) {
        StoreRuns next = begin(epoch);
        return new StoreRuns(next.epochs, next.epochs.size() - 1, now, now);
    }

    /** The former runs that ended after the one of this epoch, which are all of them if it was too long ago. */
    List<String> endedAfter(String epoch) {
        return epochs.subList(epochs.indexOf(epoch) + 1, epochs.size() - 1);
    }

    /** The former runs in which a stream without a record was empty. */
    List<String> endedSinceBorn() {
        return epochs.subList(born, epochs.size() - 1);
    }

    public byte[] encode() {
        RowWriter row = new RowWriter(256).number(born).number(lastCut).number(forgotten);
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
