package dev.portcullis.archive.postgres;

import dev.portcullis.archive.NamedFiles;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.FileLinks;
import dev.portcullis.streams.RemovedFile;
import dev.portcullis.streams.RemovedFiles;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The files of messages that were removed, until a node has taken them. */
final class RemovedFileTable {
    private static final byte[] NEEDLE = FileLinks.PATH.getBytes(StandardCharsets.US_ASCII);
    private static final String NOTE = """
            INSERT INTO portcullis.removed_file (file, author, stream) SELECT * FROM unnest(?::text[], ?::text[], ?::text[])
            ON CONFLICT DO NOTHING""";
    private static final String FORGET = """
            DELETE FROM portcullis.removed_file r USING unnest(?::text[], ?::text[], ?::text[]) AS t (file, author, stream)
            WHERE r.file = t.file AND r.author = t.author AND r.stream = t.stream""";
    private static final String SOME = """
            SELECT r.file, r.author, r.stream FROM portcullis.removed_file r ORDER BY r.file, r.author, r.stream LIMIT ?""";
    private static final String NAMING = "SELECT " + ArchivedRow.COLUMNS
            + " FROM portcullis.entry e WHERE e.stream = ? AND e.month = ? AND e.seq BETWEEN ? AND ? AND e.author IS NOT NULL"
            + " AND position(?::bytea IN e.body) > 0";
    private final Connection connection;

    RemovedFileTable(Connection connection) {
        this.connection = connection;
    }

    /** Two transactions that note the same files do it in the same order, so neither waits for the other for ever. */
    void note(Collection<RemovedFile> files) throws SQLException {
        run(NOTE, files);
    }

    void forget(Collection<RemovedFile> files) throws SQLException {
        run(FORGET, files);
    }

    /** Notes the files of entries that are swept next. Only bodies that may name one are read. */
    void noteSwept(int number, StreamName stream, int month, long first, long last) throws SQLException {
        List<EntryRow> rows = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(NAMING)) {
            select.setInt(1, number);
            select.setInt(2, month);
            select.setLong(3, first);
            select.setLong(4, last);
            select.setBytes(5, NEEDLE);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    ArchivedRow.read(found, 0, stream).ifPresent(row -> rows.add(row.row()));
                }
            }
        }
        note(NamedFiles.swept(rows));
    }

    List<RemovedFile> some(int most) throws SQLException {
        List<RemovedFile> files = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(SOME)) {
            select.setInt(1, most);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    files.add(new RemovedFile(
                            found.getString(1),
                            new UserId(found.getString(2)),
                            new StreamName(StorableText.decode(found.getString(3)))));
                }
            }
        }
        return files;
    }

    private void run(String sql, Collection<RemovedFile> files) throws SQLException {
        if (files.isEmpty()) {
            return;
        }
        List<RemovedFile> sorted =
                files.stream().sorted(Comparator.comparing(RemovedFiles::key)).toList();
        try (RowArrays table = new RowArrays(connection, sql)) {
            table.texts(sorted, file -> Optional.of(file.file()))
                    .texts(sorted, file -> Optional.of(file.author().value()))
                    .texts(
                            sorted,
                            file -> Optional.of(
                                    StorableText.encode(file.stream().value())))
                    .run();
        }
    }
}
