package dev.portcullis.archive.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** A statement that takes many rows at once: an array for each column. */
final class RowArrays implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement statement;
    private int column;

    RowArrays(Connection connection, String sql) throws SQLException {
        this.connection = connection;
        this.statement = connection.prepareStatement(sql);
    }

    /** One number for all rows. */
    RowArrays number(int value) throws SQLException {
        column++;
        statement.setInt(column, value);
        return this;
    }

    <T> RowArrays ints(List<T> rows, ToIntFunction<T> value) throws SQLException {
        return set("int4", rows, Integer[]::new, value::applyAsInt);
    }

    <T> RowArrays intsOrNull(List<T> rows, Predicate<T> present, ToIntFunction<T> value) throws SQLException {
        return set(
                "int4", rows, Integer[]::new, row -> present.test(row) ? Integer.valueOf(value.applyAsInt(row)) : null);
    }

    <T> RowArrays shorts(List<T> rows, ToIntFunction<T> value) throws SQLException {
        return set("int2", rows, Short[]::new, row -> (short) value.applyAsInt(row));
    }

    <T> RowArrays longs(List<T> rows, ToLongFunction<T> value) throws SQLException {
        return set("int8", rows, Long[]::new, value::applyAsLong);
    }

    /** NULL in place of 0. */
    <T> RowArrays longsOrNull(List<T> rows, ToLongFunction<T> value) throws SQLException {
        return set(
                "int8",
                rows,
                Long[]::new,
                row -> value.applyAsLong(row) == 0 ? null : Long.valueOf(value.applyAsLong(row)));
    }

    <T> RowArrays uuids(List<T> rows, Function<T, Optional<UUID>> value) throws SQLException {
        return set("uuid", rows, UUID[]::new, row -> value.apply(row).orElse(null));
    }

    <T> RowArrays texts(List<T> rows, Function<T, Optional<String>> value) throws SQLException {
        return set("text", rows, String[]::new, row -> value.apply(row).orElse(null));
    }

    <T> RowArrays bytes(List<T> rows, Function<T, byte[]> value) throws SQLException {
        return set("bytea", rows, byte[][]::new, value);
    }

    /**
     * Three columns for one list of numbers in each row: all numbers, and the places of the first and the last one; NULL without
     * a list.
     */
    <T> RowArrays lists(List<T> rows, Function<T, Optional<int[]>> value) throws SQLException {
        @Nullable Integer[] first = new Integer[rows.size()];
        @Nullable Integer[] last = new Integer[rows.size()];
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < first.length; i++) {
            Optional<int[]> list = value.apply(rows.get(i));
            if (list.isPresent()) {
                first[i] = all.size() + 1;
                for (int number : list.get()) {
                    all.add(number);
                }
                last[i] = all.size();
            }
        }
        return set("int4", all.toArray(Integer[]::new)).set("int4", first).set("int4", last);
    }

    void run() throws SQLException {
        statement.executeUpdate();
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }

    private <T, V> RowArrays set(String type, List<T> rows, IntFunction<V[]> array, Function<T, V> value)
            throws SQLException {
        V[] values = array.apply(rows.size());
        for (int i = 0; i < values.length; i++) {
            values[i] = value.apply(rows.get(i));
        }
        return set(type, values);
    }

    private RowArrays set(String type, @Nullable Object[] values) throws SQLException {
        column++;
        statement.setArray(column, connection.createArrayOf(type, values));
        return this;
    }
}
