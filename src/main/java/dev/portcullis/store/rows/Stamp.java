package dev.portcullis.store.rows;

/**
 * What only the step that pushes a row knows: its time, and the position of the entry that it appends. It is put in front of the
 * row's value.
 *
 * @param epoch empty where the step appends no entry
 * @param seq 0 where the step appends no entry
 */
public record Stamp(long time, String epoch, long seq) {
    /** The stamp of a step that appends nothing. */
    public static Stamp at(long time) {
        return new Stamp(time, "", 0);
    }

    /** The same text as that of {@code stamp_of} in row_changes.lua. */
    String text() {
        return time + " " + seq + " " + epoch + " ";
    }
}
