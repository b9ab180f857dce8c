package dev.portcullis.client.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The same run for several values of one quantity, each larger than the one before.
 *
 * @param values in the order of size
 */
record Growth(Quantity quantity, List<Integer> values) {
    private static final int MOST_VALUES = 20;

    /** What grows. */
    enum Quantity {
        ROOMS,
        MEMBERS,
        JOINS;

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        BenchPlan.Population in(BenchPlan.Population population, int value) {
            return switch (this) {
                case ROOMS -> population.withRooms(value);
                case MEMBERS -> population.withMembers(value);
                case JOINS -> population.withJoins(value);
            };
        }
    }

    Growth {
        values = List.copyOf(values);
        require(values.size() >= 2 && values.size() <= MOST_VALUES, "it takes 2 to " + MOST_VALUES + " values");
        for (int i = 1; i < values.size(); i++) {
            require(values.get(i) > values.get(i - 1), "each value must be larger than the one before");
        }
    }

    /** @param text such as {@code members=10,100,1000} */
    static Growth of(String text) {
        int equals = text.indexOf('=');
        require(equals > 0, "write a quantity and its values, such as members=10,100,1000");
        String name = text.substring(0, equals);
        Quantity quantity = Arrays.stream(Quantity.values())
                .filter(each -> each.id().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("rooms, members and joins can grow, but not " + name));
        return new Growth(
                quantity,
                Arrays.stream(text.substring(equals + 1).split(",", -1))
                        .map(Growth::number)
                        .toList());
    }

    BenchPlan in(BenchPlan plan, int value) {
        return plan.withPopulation(quantity.in(plan.population(), value));
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("not a number: " + text);
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
