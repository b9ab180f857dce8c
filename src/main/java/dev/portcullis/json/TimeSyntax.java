package dev.portcullis.json;

import java.time.Month;
import java.time.Year;

/**
 * Dates and times as RFC 3339 writes them. Java's own formatters refuse leap seconds and some offsets, and take a second
 * without digits.
 */
final class TimeSyntax {
    private static final int DATE_LENGTH = "2000-01-01".length();
    private static final int TIME_LENGTH = "00:00:00".length();
    private static final int OFFSET_LENGTH = "+00:00".length();
    private static final int MINUTES_OF_DAY = 24 * 60;
    private static final int LAST_SECOND = 59;

    private TimeSyntax() {}

    static boolean isDate(String text) {
        if (text.length() != DATE_LENGTH || text.charAt(4) != '-' || text.charAt(7) != '-') {
            return false;
        }
        int century = twoDigits(text, 0);
        int year = twoDigits(text, 2);
        int month = twoDigits(text, 5);
        int day = twoDigits(text, 8);
        return century >= 0
                && year >= 0
                && month >= 1
                && month <= Month.values().length
                && day >= 1
                && day <= Month.of(month).length(Year.isLeap(100L * century + year));
    }

    static boolean isDateTime(String text) {
        return text.length() > DATE_LENGTH
                && isLetter(text.charAt(DATE_LENGTH), 'T')
                && isDate(text.substring(0, DATE_LENGTH))
                && isTime(text.substring(DATE_LENGTH + 1));
    }

    /** A leap second is the last one of a day in UTC. */
    static boolean isTime(String text) {
        int offsetAt = afterFraction(text);
        if (offsetAt < 0 || text.charAt(2) != ':' || text.charAt(5) != ':') {
            return false;
        }
        int minute = minuteOfDay(text, 0);
        int second = twoDigits(text, 6);
        int shift = 0;
        if (text.length() - offsetAt != 1 || !isLetter(text.charAt(offsetAt), 'Z')) {
            if (text.length() - offsetAt != OFFSET_LENGTH || "+-".indexOf(text.charAt(offsetAt)) < 0) {
                return false;
            }
            int offset = minuteOfDay(text, offsetAt + 1);
            if (offset < 0) {
                return false;
            }
            shift = text.charAt(offsetAt) == '+' ? -offset : offset;
        }
        boolean lastOfDay = Math.floorMod(minute + shift, MINUTES_OF_DAY) == MINUTES_OF_DAY - 1;
        return minute >= 0 && second >= 0 && second <= (lastOfDay ? LAST_SECOND + 1 : LAST_SECOND);
    }

    /** The position where the offset begins; negative if it can't. */
    private static int afterFraction(String text) {
        int at = TIME_LENGTH;
        if (at < text.length() && text.charAt(at) == '.') {
            do {
                at++;
            } while (at < text.length() && isDigit(text.charAt(at)));
            if (at == TIME_LENGTH + 1) {
                return -1;
            }
        }
        return at < text.length() ? at : -1;
    }

    private static int minuteOfDay(String text, int at) {
        int hours = twoDigits(text, at);
        int minutes = twoDigits(text, at + 3);
        return hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || text.charAt(at + 2) != ':'
                ? -1
                : 60 * hours + minutes;
    }

    private static int twoDigits(String text, int at) {
        char tens = text.charAt(at);
        char ones = text.charAt(at + 1);
        return isDigit(tens) && isDigit(ones) ? 10 * (tens - '0') + ones - '0' : -1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c, char upper) {
        return c == upper || c == Character.toLowerCase(upper);
    }
}
