package dev.portcullis.admin.node;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The latest points of several values, one array for each value. A point that finds no room replaces the oldest. Used by
 * one thread.
 */
final class History {
    private final List<String> columns;
    private final long[] times;
    private final double[][] values;
    private int newest = -1;
    private int size;

    History(int points, List<String> columns) {
        this.columns = List.copyOf(columns);
        this.times = new long[points];
        this.values = new double[columns.size()][points];
    }

    /** The points of a time, the oldest first. */
    record Slice(List<Long> times, Map<String, List<Double>> columns) {}

    /**
     * If the clock was set back, the earlier points are forgotten: their times may come again.
     *
     * @param point a value for each column
     */
    void add(long time, List<Double> point) {
        if (point.size() != values.length) {
            throw new IllegalArgumentException(point.size() + " values for " + values.length + " columns");
        }
        if (size > 0 && time <= times[newest]) {
            size = 0;
        }
        newest = (newest + 1) % times.length;
        size = Math.min(size + 1, times.length);
        times[newest] = time;
        for (int i = 0; i < values.length; i++) {
            values[i][newest] = point.get(i);
        }
    }

    /** The points behind a time. */
    Slice after(long time) {
        int count = 0;
        while (count < size && times[index(count)] > time) {
            count++;
        }
        List<Long> shown = new ArrayList<>();
        Map<String, List<Double>> byColumn = new LinkedHashMap<>();
        columns.forEach(each -> byColumn.put(each, new ArrayList<>()));
        for (int age = count - 1; age >= 0; age--) {
            int at = index(age);
            shown.add(times[at]);
            for (int i = 0; i < values.length; i++) {
                Objects.requireNonNull(byColumn.get(columns.get(i))).add(values[i][at]);
            }
        }
        return new Slice(shown, byColumn);
    }

    /** @param age 0 for the newest point */
    private int index(int age) {
        return Math.floorMod(newest - age, times.length);
    }
}
