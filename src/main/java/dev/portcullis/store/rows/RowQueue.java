package dev.portcullis.store.rows;

import java.util.Locale;

/**
 * A partition whose rows are in the order in which they were pushed. Their keys are numbers of one width, which go on for ever,
 * so no key names two rows. Rows are removed from the front only: then the numbers of the oldest and of the newest row tell how
 * many there are, and no push reads the others.
 *
 * @param most how many of the newest rows are kept whatever happens; up to {@link #SPARE} older ones may be left for a while
 */
public record RowQueue(String name, long most) {
    /** A store may remove what is too old with one push of so many. */
    public static final int SPARE = 64;

    private static final String TABLE = "queue";

    /** The rows, by {@link #key}. */
    public Partition rows() {
        return new Partition(TABLE, name);
    }

    /** The number of the newest row ever. Each push adds one to it. */
    public RowKey newest() {
        return RowKey.of(TABLE + "_newest", name);
    }

    /** The number of the oldest row, or of the next one if there is none. Those who remove rows write it. */
    public RowKey oldest() {
        return RowKey.of(TABLE + "_oldest", name);
    }

    public RowKey row(long number) {
        return rows().row(key(number));
    }

    /** The key of a row, in the order of the numbers. */
    public static String key(long number) {
        return String.format(Locale.ROOT, "%016d", number);
    }
}
