package dev.portcullis.json;

import java.time.YearMonth;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates and times as RFC 3339 writes them. Java's own formatters refuse leap seconds and some offsets, and take a second
 * without digits. The loops of the patterns are possessive, so that no stack grows with the text (CWE-674).
 */
final class TimeSyntax {
    private static final Pattern DATE = Pattern.compile("([0-9]{4})-(0[1-9]|1[0-2])-([0-9]{2})");
    private static final String HOUR_AND_MINUTE = "([01][0-9]|2[0-3]):([0-5][0-9])";
    private static final Pattern TIME =
            Pattern.compile(HOUR_AND_MINUTE + ":([0-5][0-9]|60)(?:\\.[0-9]++)?+(?:[Zz]|([+-])" + HOUR_AND_MINUTE + ")");
    private static final int DATE_LENGTH = "2000-01-01".length();
    private static final int MINUTES_OF_DAY = 24 * 60;

    private TimeSyntax() {}

    static boolean isDate(String text) {
        Matcher date = DATE.matcher(text);
        return date.matches() && YearMonth.of(number(date, 1), number(date, 2)).isValidDay(number(date, 3));
    }

    static boolean isDateTime(String text) {
        return text.length() > DATE_LENGTH
                && "Tt".indexOf(text.charAt(DATE_LENGTH)) >= 0
                && isDate(text.substring(0, DATE_LENGTH))
                && isTime(text.substring(DATE_LENGTH + 1));
    }

    /** A leap second is the last one of a day in UTC. */
    static boolean isTime(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            return false;
        }
        int minute = 60 * number(time, 1) + number(time, 2);
        int offset = time.group(4) == null ? 0 : 60 * number(time, 5) + number(time, 6);
        int inUtc = "-".equals(time.group(4)) ? minute + offset : minute - offset;
        return number(time, 3) < 60 || Math.floorMod(inUtc, MINUTES_OF_DAY) == MINUTES_OF_DAY - 1;
    }

    private static int number(Matcher of, int group) {
        return Integer.parseInt(of.group(group));
    }
}
