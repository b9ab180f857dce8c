package dev.portcullis.archive.postgres;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A row of the archive as it was read.
 *
 * @param newest the seq of the newest amendment that the archive has; 0 without one
 */
record ArchivedRow(EntryRow row, int month, long newest, int newestMonth) {
    private static final String COLUMNS_OF = """
            %1$s.seq, %1$s.stored, %1$s.stamp, (SELECT value FROM portcullis.epoch WHERE id = %1$s.epoch), %1$s.state,
            %1$s.amendment, %1$s.message_id, %1$s.message_name, %1$s.author, %1$s.bars, %2$s, %1$s.month, %1$s.newest,
            %1$s.newest_month""";

    /** The columns, in the order in which {@link #read} takes them, of the row that a query names {@code e}. */
    static final String COLUMNS = columns("e", "e.body");

    /** The number of the columns. */
    static final int COUNT = 14;

    /** The columns of the row with this name, with this for its body. */
    static String columns(String name, String body) {
        return COLUMNS_OF.formatted(name, body);
    }

    /** Reads a row that begins behind some columns; empty where an outer join found none. */
    static Optional<ArchivedRow> read(ResultSet found, int behind, StreamName stream) throws SQLException {
        long seq = found.getLong(behind + 1);
        if (found.wasNull()) {
            return Optional.empty();
        }
        long stored = found.getLong(behind + 2);
        long stamp = found.getLong(behind + 3);
        String epoch = StorableText.decode(found.getString(behind + 4));
        EntryState state = state(found.getInt(behind + 5));
        long amendment = found.getLong(behind + 6);
        String author = found.getString(behind + 9);
        Optional<Message> message = author == null
                ? Optional.empty()
                : Optional.of(new Message(id(found, behind + 7), new UserId(StorableText.decode(author))));
        Optional<UserId> bars =
                Optional.ofNullable(found.getString(behind + 10)).map(user -> new UserId(StorableText.decode(user)));
        StreamEntry entry =
                new StreamEntry(stream, new Position(epoch, seq), stamp, found.getBytes(behind + 11), bars, 0);
        return Optional.of(new ArchivedRow(
                new EntryRow(stored, entry, state, amendment, message),
                found.getInt(behind + 12),
                found.getLong(behind + 13),
                found.getInt(behind + 14)));
    }

    /** The id of a message, in the column of UUIDs or the one behind it. */
    static String id(ResultSet found, int column) throws SQLException {
        UUID uuid = found.getObject(column, UUID.class);
        return uuid != null ? uuid.toString() : StorableText.decode(found.getString(column + 1));
    }

    private static EntryState state(int code) {
        return Stream.of(EntryState.values())
                .filter(state -> state.code() == code)
                .findFirst()
                .orElseThrow(() -> new StoreFailure("an entry of the archive has a state of another release"));
    }

    long seq() {
        return row.entry().position().seq();
    }

    FiledRow filed(int stream) {
        return new FiledRow(stream, month, row, newest, newestMonth);
    }

    /** The entry with the latest state that it has by the amendments of the archive. */
    LatestEntry latest(Optional<ArchivedRow> amendment) {
        EntryState state = row.state() == EntryState.EDITED && newest == 0 ? EntryState.MESSAGE : row.state();
        return new LatestEntry(
                row.entry(), state, amendment.map(each -> each.row().entry()));
    }
}
