package dev.portcullis.archive.postgres;

import dev.portcullis.archive.AmendedMessage;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Changes the rows of messages as the amendments demand that a transaction adds, or moves aside. */
final class AmendedMessages {
    private final Connection connection;
    private final LockedStreams streams;
    private final EntryChanges changes;

    /** The message that rows belong to. */
    private record Amended(StreamName stream, String id) {}

    AmendedMessages(Connection connection, LockedStreams streams, EntryChanges changes) {
        this.connection = connection;
        this.streams = streams;
        this.changes = changes;
    }

    /** Applies the amendments among what is added, to what is added and to what the archive has. */
    void settleAmended() throws SQLException {
        Map<Amended, List<FiledRow>> all = new LinkedHashMap<>();
        Set<Amended> amended = new LinkedHashSet<>();
        for (FiledRow each : changes.added()) {
            EntryRow row = each.row();
            Optional<Amended> message = AmendedMessage.idOf(row).map(id -> new Amended(row.entry().stream(), id));
            message.ifPresent(
                    of -> all.computeIfAbsent(of, any -> new ArrayList<>()).add(each));
            if (row.state() == EntryState.AMENDMENT) {
                message.ifPresent(amended::add);
            }
        }
        for (Amended message : amended) {
            List<FiledRow> rows = all.getOrDefault(message, List.of());
            int stream = streams.known(message.stream()).id();
            boolean whole = rows.stream().anyMatch(each -> each.row().state().isMessage());
            settle(
                    stream,
                    whole ? List.of() : MessageRows.find(connection, message.stream(), stream, message.id(), 0),
                    rows);
        }
    }

    /** Settles a message that lost amendments, by what the archive has of it. */
    void settle(StreamRow stream, String id) throws SQLException {
        settle(stream.id(), MessageRows.find(connection, stream.name(), stream.id(), id, 0), List.of());
    }

    /**
     * Changes the rows of a message as its amendments demand.
     *
     * @param stored what the archive has of it
     * @param fresh what is added
     */
    private void settle(int stream, List<ArchivedRow> stored, List<FiledRow> fresh) {
        Map<Long, FiledRow> had = new TreeMap<>();
        stored.forEach(each -> had.put(each.seq(), each.filed(stream)));
        fresh.forEach(each -> had.put(each.seq(), each));
        Optional<FiledRow> newest = had.values().stream()
                .filter(each -> each.row().state() == EntryState.AMENDMENT)
                .reduce((before, after) -> after);
        Map<Long, EntryRow> rows = new TreeMap<>();
        had.forEach((seq, each) -> rows.put(seq, each.row()));
        for (EntryRow row : AmendedMessage.of(rows.values()).settled().rows()) {
            FiledRow before =
                    Optional.ofNullable(had.get(row.entry().position().seq())).orElseThrow();
            FiledRow after = before.become(row, row.state().isMessage() ? newest : Optional.empty());
            changes.change(before, after);
        }
    }
}
