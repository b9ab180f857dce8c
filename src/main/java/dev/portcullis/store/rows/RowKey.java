package dev.portcullis.store.rows;

import dev.portcullis.protocol.Permit;
import java.util.Locale;
import java.util.Optional;

/**
 * Names a row within its lane.
 *
 * @param partition the partition of an ordered table; empty where each row is found by its key alone
 */
public record RowKey(String table, Optional<String> partition, String key) {
    private static final String ZEROS = "0".repeat(19); // the longest number has as many digits

    public RowKey {
        requirePrintable(table);
        partition.ifPresent(RowKey::requirePrintable);
        requirePrintable(key);
    }

    /** A row that is found by its key alone. */
    public static RowKey of(String table, String key) {
        return new RowKey(table, Optional.empty(), key);
    }

    /** The text of a number, in the order of the numbers, as a key or a part of one. A negative number comes first. */
    public static String ordered(long number) {
        if (number < 0) {
            return String.format(Locale.ROOT, "%019d", number);
        }
        String digits = Long.toString(number);
        return ZEROS.substring(digits.length()) + digits;
    }

    /** Requires printable ASCII, so that every store has the same order, and the characters around it can bound a range. */
    static void requirePrintable(String name) {
        boolean printable = !name.isEmpty();
        for (int i = 0; i < name.length() && printable; i++) {
            printable = name.charAt(i) >= ' ' && name.charAt(i) < 0x7F;
        }
        if (!printable) {
            throw new IllegalArgumentException("a name of rows has other characters");
        }
    }

    static RowKey of(Permit.Row row) {
        return new RowKey(row.table(), Optional.of(row.partition()).filter(name -> !name.isEmpty()), row.key());
    }
}
