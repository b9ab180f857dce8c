package dev.portcullis.archive.embedded;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.protocol.Position;
import dev.portcullis.streams.record.EntryRow;
import java.util.ArrayList;
import java.util.List;

/** Parts on their way to the archive, in portions for one step each. A part that is too large for one goes on in the next. */
final class PartQueue {
    private final List<ArchivePart> parts;
    private final int mostRows;
    private final int mostBytes;
    private int part;
    private int row;

    PartQueue(List<ArchivePart> parts, int mostRows, int mostBytes) {
        this.parts = parts;
        this.mostRows = mostRows;
        this.mostBytes = mostBytes;
    }

    /** The parts of the next step; none at the end. A single row may have more bytes. */
    List<ArchivePart> next() {
        List<ArchivePart> some = new ArrayList<>();
        int rows = 0;
        int bytes = 0;
        while (part < parts.size() && rows < mostRows && bytes < mostBytes) {
            ArchivePart from = parts.get(part);
            int first = row;
            while (row < from.rows().size() && rows < mostRows && bytes < mostBytes) {
                bytes += from.rows().get(row).entry().body().length;
                rows++;
                row++;
            }
            some.add(between(from, first, row));
            if (row == from.rows().size()) {
                part++;
                row = 0;
            }
        }
        return some;
    }

    private static ArchivePart between(ArchivePart part, int first, int end) {
        List<EntryRow> rows = part.rows().subList(first, end);
        if (first == 0) {
            return part.of(part.from(), part.shared(), rows);
        }
        Position from = part.rows().get(first - 1).entry().position();
        return part.of(from, from.seq(), rows);
    }
}
