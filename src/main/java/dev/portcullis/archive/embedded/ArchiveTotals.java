package dev.portcullis.archive.embedded;

import dev.portcullis.streams.record.RowReader;
import dev.portcullis.streams.record.RowWriter;
import org.jspecify.annotations.Nullable;

/**
 * What the archive has in all.
 *
 * @param bytes the bytes of all entries and their keys, before they are compressed
 */
record ArchiveTotals(long entries, long bytes) {

    ArchiveTotals plus(long moreEntries, long moreBytes) {
        return new ArchiveTotals(entries + moreEntries, bytes + moreBytes);
    }

    byte[] encode() {
        return new RowWriter(24).number(entries).number(bytes).end();
    }

    static ArchiveTotals decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return new ArchiveTotals(0, 0);
        }
        RowReader row = new RowReader(bytes);
        return new ArchiveTotals(row.number(), row.number());
    }
}
