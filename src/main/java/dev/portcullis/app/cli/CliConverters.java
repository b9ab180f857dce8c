package dev.portcullis.app.cli;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.time.Duration;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The words of a command line, turned into values. A misfit is a usage mistake. */
final class CliConverters {
    private CliConverters() {}

    /** A user that could log in. */
    static final class User implements ITypeConverter<UserId> {
        @Override
        public UserId convert(String word) {
            if (!UserId.isValid(word) || UserId.isReserved(word)) {
                throw new TypeConversionException("'" + word + "' is not a user id (1 to 128 of letters, digits and"
                        + " _.:@|+-, beginning with a letter or digit, and not "
                        + String.join(" or ", new TreeSet<>(UserId.RESERVED))
                        + ")");
            }
            return new UserId(word);
        }
    }

    /** A room, or a beginning of rooms' names. */
    static final class RoomPattern implements ITypeConverter<String> {
        @Override
        public String convert(String word) {
            String beginning = word.endsWith("*") ? word.substring(0, word.length() - 1) : word;
            if (!RoomId.isValid(beginning) && !word.equals("*")) {
                throw new TypeConversionException("'" + word + "' is not a room id (1 to 64 of letters, digits and"
                        + " _.:-, beginning with a letter or digit), nor one that ends in *");
            }
            return word;
        }
    }

    /** A span of time between one second and a year. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,7})([smhd])");
        private static final Duration LONGEST = Duration.ofDays(366);

        @Override
        public Duration convert(String word) {
            Matcher found = FORM.matcher(word);
            if (!found.matches() || span(found).compareTo(LONGEST) > 0) {
                throw new TypeConversionException(
                        "'" + word + "' is not a time such as 90s, 30m, 1h or 7d (at most 366d)");
            }
            return span(found);
        }

        private static Duration span(Matcher found) {
            long count = Long.parseLong(found.group(1));
            return switch (found.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
            };
        }
    }
}
