package dev.portcullis.archive.postgres;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;

/** Counts months from January 1970, in UTC. */
final class Months {
    private static final int PER_YEAR = 12;
    private static final int FIRST_YEAR = 1970;
    private static final int LAST_YEAR = 9999;
    private static final int LAST = (LAST_YEAR - FIRST_YEAR + 1) * PER_YEAR - 1;
    private static final int VERSION = 7;
    private static final int RANDOM_BITS = 16;

    private Months() {}

    /** The month of a time; the first or the last one for times that no clock shows. */
    static int of(long millis) {
        LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
        long months = (day.getYear() - FIRST_YEAR) * (long) PER_YEAR + day.getMonthValue() - 1;
        return (int) Math.max(0, Math.min(LAST, months));
    }

    /** The first time that is of a month. */
    static long begin(int month) {
        return month == 0 ? Long.MIN_VALUE : millis(month);
    }

    /** The first time that is of the month after a month. */
    static long end(int month) {
        return month == LAST ? Long.MAX_VALUE : millis(month + 1);
    }

    private static long millis(int month) {
        return LocalDate.of(FIRST_YEAR + month / PER_YEAR, month % PER_YEAR + 1, 1)
                .atStartOfDay()
                .toInstant(ZoneOffset.UTC)
                .toEpochMilli();
    }

    /**
     * The month before which no entry is that has this id: that of the time in a UUID of version 7 (RFC 9562 5.7), and one more for
     * clocks that differ. 0 for every other id. An application may make ids of its own, so an entry may be earlier all the same.
     */
    static int earliest(UUID id) {
        return id.version() == VERSION ? Math.max(0, of(id.getMostSignificantBits() >>> RANDOM_BITS) - 1) : 0;
    }

    /** The months as a list of SQL. */
    static String list(Collection<Integer> months) {
        return months.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /** The name of the table of a month. */
    static String table(int month) {
        return String.format(Locale.ROOT, "entry_%04d_%02d", FIRST_YEAR + month / PER_YEAR, month % PER_YEAR + 1);
    }
}
