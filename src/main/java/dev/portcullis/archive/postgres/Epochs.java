package dev.portcullis.archive.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The numbers of epochs. A number is never given to another epoch. They are read each time: a server that was restored to an
 * earlier state gives later ones again, so one that a node remembered would name another epoch.
 */
final class Epochs {
    private static final String SELECT = "SELECT value, id FROM portcullis.epoch WHERE value = ANY (?)";
    private static final String INSERT =
            "INSERT INTO portcullis.epoch (value) SELECT n.value FROM unnest(?) AS n (value) ON CONFLICT DO NOTHING";

    private Epochs() {}

    /**
     * The numbers of these epochs; new ones for those that have none. Call it outside of a transaction, which could take them
     * back.
     */
    static Map<String, Integer> of(Connection connection, Set<String> epochs) throws SQLException {
        Map<String, Integer> found = find(connection, epochs);
        if (found.size() < epochs.size()) {
            Set<String> missing = new TreeSet<>(epochs);
            missing.removeAll(found.keySet());
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                insert.setArray(1, values(connection, missing));
                insert.executeUpdate();
            }
            found = find(connection, epochs);
        }
        if (found.size() < epochs.size()) {
            throw new SQLException("an epoch has no number");
        }
        return found;
    }

    private static Map<String, Integer> find(Connection connection, Set<String> epochs) throws SQLException {
        Map<String, Integer> found = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(SELECT)) {
            select.setArray(1, values(connection, epochs));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.put(StorableText.decode(rows.getString(1)), rows.getInt(2));
                }
            }
        }
        return found;
    }

    private static Array values(Connection connection, Set<String> epochs) throws SQLException {
        List<String> values = epochs.stream().map(StorableText::encode).toList();
        return connection.createArrayOf("text", values.toArray());
    }
}
