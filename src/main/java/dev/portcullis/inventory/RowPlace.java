package dev.portcullis.inventory;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a row stands in an order: by its value, and among equal ones by its key, so that no two rows have the same place.
 *
 * @param number the value, in an order by a number
 * @param text the value, in an order by a text; ids, addresses and names of nodes have no space
 */
public record RowPlace(long number, String text, String key) implements Comparable<RowPlace> {
    private static final Comparator<RowPlace> ASCENDING = Comparator.comparingLong(RowPlace::number)
            .thenComparing(RowPlace::text)
            .thenComparing(RowPlace::key);
    private static final Pattern FORM = Pattern.compile("(-?[0-9]{1,18}) ([^ ]{0,128}) ([^ ]{1,128})");

    @Override
    public int compareTo(RowPlace other) {
        return ASCENDING.compare(this, other);
    }

    /** The place as text, from which {@link #parse} makes it again. */
    String cursor() {
        return number + " " + text + " " + key;
    }

    /** Empty for a text that is no place. */
    static Optional<RowPlace> parse(String cursor) {
        return Optional.of(FORM.matcher(cursor))
                .filter(form -> form.matches())
                .map(form -> new RowPlace(Long.parseLong(form.group(1)), form.group(2), form.group(3)));
    }
}
