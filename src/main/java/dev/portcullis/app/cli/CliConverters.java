package dev.portcullis.app.cli;

import dev.portcullis.app.certs.CertifiedHost;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.time.Duration;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts arguments of the command line to values. An invalid argument is a usage error. */
final class CliConverters {
    private CliConverters() {}

    /** The id of a user that can log in. */
    static final class User implements ITypeConverter<UserId> {
        @Override
        public UserId convert(String text) {
            if (!UserId.isValid(text) || UserId.isReserved(text)) {
                throw new TypeConversionException("'" + text + "' is not a user id (1 to 128 of letters, digits and"
                        + " _.:@|+-, beginning with a letter or digit, and not "
                        + String.join(" or ", new TreeSet<>(UserId.RESERVED))
                        + ")");
            }
            return new UserId(text);
        }
    }

    /** A node that gets a certificate. */
    static final class Host implements ITypeConverter<CertifiedHost> {
        @Override
        public CertifiedHost convert(String text) {
            return CertifiedHost.parse(text)
                    .orElseThrow(() -> new TypeConversionException("'" + text + "' is not " + CertifiedHost.FORM));
        }
    }

    /** A room id, or a prefix of room ids that ends in {@code *}. */
    static final class RoomPattern implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            String prefix = text.endsWith("*") ? text.substring(0, text.length() - 1) : text;
            if (!RoomId.isValid(prefix) && !text.equals("*")) {
                throw new TypeConversionException("'" + text + "' is not a room id (1 to 64 of letters, digits and"
                        + " _.:-, beginning with a letter or digit), nor one that ends in *");
            }
            return text;
        }
    }

    /** A duration between one second and a year. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        private static final Pattern SYNTAX = Pattern.compile("([1-9][0-9]{0,7})([smhd])");
        private static final Duration MAX = Duration.ofDays(366);

        @Override
        public Duration convert(String text) {
            Matcher found = SYNTAX.matcher(text);
            if (!found.matches() || duration(found).compareTo(MAX) > 0) {
                throw new TypeConversionException(
                        "'" + text + "' is not a time such as 90s, 30m, 1h or 7d (at most 366d)");
            }
            return duration(found);
        }

        private static Duration duration(Matcher found) {
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
