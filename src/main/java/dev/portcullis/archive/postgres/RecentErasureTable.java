package dev.portcullis.archive.postgres;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.RecentErasures;
import dev.portcullis.archive.RecentErasures.Recent;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.record.AuthorChange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The users who were deleted lately, for the feeders of all nodes. A transaction that adds entries holds a lock of the table from
 * before it reads it until its end. One that notes a deletion waits for it, so that the erasure, which comes after, finds what was
 * added.
 */
final class RecentErasureTable {
    private static final String READING = "LOCK TABLE portcullis.erasure IN ROW SHARE MODE";
    private static final String NOTING = "LOCK TABLE portcullis.erasure IN EXCLUSIVE MODE";

    private static final String SELECT =
            "SELECT author, becomes, of_texts, not_after FROM portcullis.erasure WHERE author = ANY (?)";

    private static final String PUT = """
            INSERT INTO portcullis.erasure (author, becomes, of_texts, not_after) VALUES (?, ?, ?, ?)
            ON CONFLICT (author) DO UPDATE SET becomes = excluded.becomes, of_texts = excluded.of_texts,
                not_after = excluded.not_after, made_at = now()""";

    /** A node that was paused for so long has lost its lease, and others have fed what it read. */
    private static final String REMOVE_OLD = "DELETE FROM portcullis.erasure WHERE made_at < now() - interval '7 days'";

    private RecentErasureTable() {}

    static List<ArchivePart> applied(Connection connection, List<ArchivePart> parts) throws SQLException {
        Set<UserId> named = parts.stream()
                .flatMap(part -> part.rows().stream())
                .flatMap(row -> AuthorChange.named(row).stream())
                .collect(Collectors.toSet());
        RecentErasures erasures = new RecentErasures();
        execute(connection, READING);
        find(connection, named).forEach(erasures::add);
        return erasures.applied(parts);
    }

    /** Notes a deletion. It commits before the entries are changed. */
    static void note(Connection connection, Recent erasure) throws SQLException {
        execute(connection, NOTING);
        execute(connection, REMOVE_OLD);
        UserId user = erasure.erasure().user();
        Recent noted = find(connection, Set.of(user)).stream()
                .findFirst()
                .map(before -> before.and(erasure))
                .orElse(erasure);
        try (PreparedStatement put = connection.prepareStatement(PUT)) {
            put.setString(1, user.value());
            put.setString(2, noted.erasure().by().value());
            put.setBoolean(3, noted.erasure().ofTexts());
            put.setLong(4, noted.notAfter());
            put.executeUpdate();
        }
    }

    /** Whether a deletion is noted already, with all that this one says. */
    static boolean has(Connection connection, Recent erasure) throws SQLException {
        Optional<Recent> noted =
                find(connection, Set.of(erasure.erasure().user())).stream().findFirst();
        return noted.filter(each -> each.and(erasure).equals(each)).isPresent();
    }

    private static List<Recent> find(Connection connection, Set<UserId> users) throws SQLException {
        List<Recent> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(SELECT)) {
            select.setArray(
                    1,
                    connection.createArrayOf(
                            "text", users.stream().map(UserId::value).toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(new Recent(
                            new Erasure(
                                    new UserId(rows.getString(1)), new UserId(rows.getString(2)), rows.getBoolean(3)),
                            rows.getLong(4)));
                }
            }
        }
        return found;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
