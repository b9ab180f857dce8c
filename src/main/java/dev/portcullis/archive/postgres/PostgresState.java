package dev.portcullis.archive.postgres;

import dev.portcullis.store.StoreOpenException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * What a PostgreSQL says of itself as the place of an archive.
 *
 * @param tables the version of its tables; 0 where there are none
 * @param connections how many connections it allows
 * @param writable whether it takes writes
 */
public record PostgresState(int tables, int connections, boolean writable) {
    static PostgresState of(DataSource source) throws SQLException, StoreOpenException {
        try (Connection connection = source.getConnection()) {
            int tables = SchemaMigration.versionOf(connection);
            SchemaMigration.refuseLater(tables);
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT current_setting('max_connections')::int, current_setting('transaction_read_only') = 'off'")) {
                row.next();
                return new PostgresState(tables, row.getInt(1), row.getBoolean(2));
            }
        }
    }

    /** @param each the connections of a node */
    public List<String> lines(int each) {
        return Stream.of(
                        tables == SchemaMigration.VERSION
                                ? "PostgreSQL answers, and has the tables of this release"
                                : "PostgreSQL answers; the first node that starts "
                                        + (tables == 0 ? "makes the tables" : "brings the tables to this release"),
                        "it allows " + connections + " connections, of which a node takes up to " + each
                                + " (archive.postgres.connections)",
                        writable ? "" : "it takes no writes: what is said waits in the store (archive.backlogBytes)")
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
