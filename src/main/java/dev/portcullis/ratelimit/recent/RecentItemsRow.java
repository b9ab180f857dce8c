package dev.portcullis.ratelimit.recent;

import dev.portcullis.store.StoreFailure;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A set as the embedded store keeps it: the number of the form, how long its items stay, then the items. */
final class RecentItemsRow {
    private static final byte FORM = 1;
    private static final int HEAD = 1 + Long.BYTES;
    private static final int PAIR = 2 * Long.BYTES;

    private RecentItemsRow() {}

    static byte[] encode(RecentItems items, long lengthMs) {
        long[] pairs = items.pairs();
        ByteBuffer row =
                ByteBuffer.allocate(HEAD + Long.BYTES * pairs.length).put(FORM).putLong(lengthMs);
        row.asLongBuffer().put(pairs);
        return row.array();
    }

    /** Empty where there is no row. Fails for an unreadable one. */
    static RecentItems decode(byte @Nullable [] row) {
        if (row == null) {
            return new RecentItems();
        }
        ByteBuffer items = body(row);
        long[] pairs = new long[items.remaining() / Long.BYTES];
        items.asLongBuffer().get(pairs);
        return new RecentItems(pairs);
    }

    static long lengthMs(byte[] row) {
        body(row);
        return ByteBuffer.wrap(row).getLong(1);
    }

    private static ByteBuffer body(byte[] row) {
        if (row.length < HEAD || row[0] != FORM || (row.length - HEAD) % PAIR != 0) {
            throw new StoreFailure("a set of recent items can't be read");
        }
        return ByteBuffer.wrap(row, HEAD, row.length - HEAD).slice();
    }
}
