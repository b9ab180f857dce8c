package dev.portcullis.archive.postgres;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.protocol.Position;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adds parts of streams in one transaction, which holds the rows of their streams from its beginning: two feeders that add the same
 * part do it one after the other, and the second finds another position.
 */
final class PartTransaction {
    private final Connection connection;
    private final LockedStreams streams;
    private final EntryChanges changes;
    private final AmendedMessages messages;
    private final SupersededEntries superseded;
    private final List<ArchivePart> parts = new ArrayList<>();

    /**
     * @param epochs the numbers of the epochs of all that is added, and of that of streams which the archive does not have; more
     * are added
     */
    PartTransaction(Connection connection, Map<String, Integer> epochs) {
        this.connection = connection;
        this.streams = new LockedStreams(connection, epochs);
        this.changes = new EntryChanges(connection, streams);
        this.messages = new AmendedMessages(connection, streams, changes);
        this.superseded = new SupersededEntries(connection, streams, changes, messages);
    }

    /**
     * @param leftOut the streams whose parts were left out
     * @param superseded how many entries were superseded, by their streams
     */
    record Added(Set<StreamName> leftOut, Map<StreamName, Integer> superseded) {}

    Added add(List<ArchivePart> parts) throws SQLException {
        streams.lock(parts.stream().map(ArchivePart::stream).toList());
        Set<StreamName> leftOut = new HashSet<>();
        Map<StreamName, Integer> movedAside = new HashMap<>();
        for (ArchivePart part : parts) {
            StreamRow stream = streams.known(part.stream());
            if (!stream.position().equals(part.from())) {
                leftOut.add(part.stream());
                continue;
            }
            if (part.shared() < stream.position().seq()) {
                movedAside.put(part.stream(), superseded.moveAside(stream, part.shared()));
            }
            file(part);
        }
        messages.settleAmended();
        write();
        return new Added(leftOut, movedAside);
    }

    /** Gives the rows of a part their months and runs. */
    private void file(ArchivePart part) throws SQLException {
        StreamRow stream = streams.known(part.stream());
        for (EntryRow row : part.rows()) {
            Position at = row.entry().position();
            int month = Math.max(stream.runMonth(), Months.of(row.stored()));
            boolean goesOn = stream.runFirst() > 0 && at.seq() == stream.lastSeq() + 1 && month == stream.runMonth();
            stream = stream.at(at, streams.epoch(at.epoch()), goesOn ? stream.runFirst() : at.seq(), month);
            changes.extendRun(stream.id(), stream.runFirst(), at.seq(), month);
            changes.add(new FiledRow(stream.id(), month, row, 0, 0));
        }
        streams.move(stream);
        parts.add(part);
    }

    /** Lets the retention of the streams follow what was added to them, which has to be written before. */
    private void retain() throws SQLException {
        for (ArchivePart part : parts) {
            StreamRow stream = streams.known(part.stream());
            EntryRow first = part.rows().get(0);
            EntryRow last = part.rows().get(part.rows().size() - 1);
            long head = stream.position().seq();
            KeptStream before = stream.kept().hiding(Math.min(part.hidden(), head));
            KeptStream kept = part.retention().equals(before.retention())
                    ? before.at(head, oldest(stream, first), first.stored())
                    : new RetentionChange(connection)
                            .retained(stream.id(), before, part.retention(), head, last.stored());
            streams.move(stream.keeping(kept));
        }
    }

    /** A lower seq than that of the oldest entry does no harm: the first sweep finds that nothing has to be removed. */
    private static long oldest(StreamRow stream, EntryRow first) {
        return stream.kept().due().isPresent()
                ? stream.kept().hidden() + 1
                : first.entry().position().seq();
    }

    private void write() throws SQLException {
        if (streams.hasMoved()) {
            changes.write();
            retain();
            streams.write();
        }
    }
}
