package dev.portcullis.archive.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes the tables of months before they are needed, and remembers which there are. */
final class MonthTables {
    private final Set<Integer> known = ConcurrentHashMap.newKeySet();

    /** Makes the tables of these months that are not there, each with that of the month after it. */
    void ensure(Connection connection, Set<Integer> months) throws SQLException {
        for (int month : months) {
            if (!known.contains(month)) {
                make(connection, month);
                make(connection, month + 1);
            }
        }
    }

    /** Forgets which tables there are: an operator may have removed one. */
    void forget() {
        known.clear();
    }

    private void make(Connection connection, int month) throws SQLException {
        if (!known.contains(month)) {
            boolean unused = ConnectionPool.transaction(connection, locked -> make(locked, Months.table(month), month));
            known.add(month);
        }
    }

    /**
     * Makes a table, then attaches it: readers and writers of other months go on meanwhile, as they would not if it were made as a
     * partition at once.
     */
    private static boolean make(Connection connection, String name, int month) throws SQLException {
        String table = "portcullis." + name;
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(" + SchemaMigration.LOCK + ")");
            try (ResultSet found = statement.executeQuery("SELECT to_regclass('" + table + "') IS NOT NULL")) {
                if (found.next() && found.getBoolean(1)) {
                    return false;
                }
            }
            statement.execute("CREATE TABLE " + table + " (LIKE portcullis.entry INCLUDING DEFAULTS)");
            statement.execute(
                    "ALTER TABLE portcullis.entry ATTACH PARTITION " + table + " FOR VALUES IN (" + month + ")");
            return true;
        }
    }
}
