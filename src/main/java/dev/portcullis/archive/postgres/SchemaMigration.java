package dev.portcullis.archive.postgres;

import dev.portcullis.store.StoreOpenException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Brings the tables to the version that this release knows: the files {@code 1.sql}, {@code 2.sql} and so on beside this class,
 * each in a transaction of its own with the row that remembers it. A lock lets one node at a time do it.
 */
final class SchemaMigration {
    static final int VERSION = 8;

    /** The version that brings the index. */
    static final int INDEX = 4;

    /** Locks what all nodes may do once. Other programs of the same database have other numbers. */
    static final long LOCK = 0x706f7274_63756c6cL;

    private static final String TABLE = "portcullis.migration";

    /** Building an index of a large archive takes longer than any call may. */
    private static final String WITHOUT_DEADLINE = "SET LOCAL statement_timeout = 0";

    private SchemaMigration() {}

    /** @throws StoreOpenException if an operator has to act */
    static void run(DataSource source) throws SQLException, StoreOpenException {
        try (Connection connection = source.getConnection()) {
            int version = versionOf(connection);
            if (version < VERSION) {
                connection.setNetworkTimeout(Runnable::run, 0);
            }
            while (version < VERSION) {
                version = ConnectionPool.transaction(connection, SchemaMigration::step);
            }
            refuseLater(version);
        }
    }

    /** The version of the tables; 0 where there are none. */
    static int versionOf(Connection connection) throws SQLException {
        return ConnectionPool.transaction(connection, each -> {
            try (Statement statement = each.createStatement()) {
                return version(statement);
            }
        });
    }

    static void refuseLater(int version) throws StoreOpenException {
        if (version > VERSION) {
            throw new StoreOpenException(
                    "the archive in PostgreSQL has tables of version " + version + ", and this release knows up to "
                            + VERSION + ": start the release that made them, or a newer one");
        }
    }

    /** Applies the next file, if there is one. Returns the version that the tables have then. */
    private static int step(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(WITHOUT_DEADLINE);
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            int version = version(statement);
            if (version >= VERSION) {
                return version;
            }
            if (version == 0) {
                if (first(statement, "SELECT 1 FROM pg_namespace WHERE nspname = 'portcullis'")
                        .isEmpty()) {
                    statement.execute("CREATE SCHEMA portcullis");
                }
                statement.execute("CREATE TABLE IF NOT EXISTS " + TABLE
                        + " (version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())");
            }
            int next = version + 1;
            statement.execute(file(next));
            statement.execute("INSERT INTO " + TABLE + " (version) VALUES (" + next + ")");
            return next;
        }
    }

    /** 0 where there are no tables. A schema that an operator has made for this user is taken as it is. */
    private static int version(Statement statement) throws SQLException {
        return first(statement, "SELECT 1 FROM pg_tables WHERE schemaname = 'portcullis' AND tablename = 'migration'")
                        .isEmpty()
                ? 0
                : first(statement, "SELECT coalesce(max(version), 0) FROM " + TABLE)
                        .orElse(0);
    }

    private static Optional<Integer> first(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? Optional.of(rows.getInt(1)) : Optional.empty();
        }
    }

    private static String file(int version) {
        try (InputStream file = SchemaMigration.class.getResourceAsStream(version + ".sql")) {
            if (file == null) {
                throw new IllegalStateException("the jar lacks " + version + ".sql");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
