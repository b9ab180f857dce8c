package dev.portcullis.store.rows;

/** The rule for names of rows. */
final class RowNames {
    private RowNames() {}

    /** Requires printable ASCII, so that every store has the same order, and the characters around it can bound a range. */
    static void requirePrintable(String name) {
        if (name.isEmpty() || !name.chars().allMatch(each -> each >= ' ' && each < 0x7F)) {
            throw new IllegalArgumentException("a name of rows has other characters");
        }
    }
}
