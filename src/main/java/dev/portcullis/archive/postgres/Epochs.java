package dev.portcullis.archive.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The numbers of epochs. A number is never given to another epoch. Used by all threads. */
final class Epochs {
    /** A store has a few hundred at a time. */
    private static final int MOST = 10_000;

    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();

    /** The numbers of these epochs; new ones for those that have none. Call it outside of a transaction, which could take them back. */
    Map<String, Integer> of(Connection connection, Set<String> epochs) throws SQLException {
        Map<String, Integer> found = new HashMap<>();
        for (String epoch : epochs) {
            Integer known = numbers.get(epoch);
            found.put(epoch, known == null ? number(connection, epoch) : known);
        }
        if (numbers.size() > MOST) {
            numbers.clear();
        }
        numbers.putAll(found);
        return found;
    }

    private static int number(Connection connection, String epoch) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO portcullis.epoch (value) VALUES (?) ON CONFLICT DO NOTHING");
                PreparedStatement select =
                        connection.prepareStatement("SELECT id FROM portcullis.epoch WHERE value = ?")) {
            String value = StorableText.encode(epoch);
            select.setString(1, value);
            for (int i = 0; i < 2; i++) {
                try (ResultSet row = select.executeQuery()) {
                    if (row.next()) {
                        return row.getInt(1);
                    }
                }
                insert.setString(1, value);
                insert.executeUpdate();
            }
            throw new SQLException("an epoch has no number");
        }
    }
}
