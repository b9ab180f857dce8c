package dev.portcullis.json;

import com.google.re2j.Pattern;
import dev.portcullis.protocol.codec.PatternCompiler;
import dev.portcullis.protocol.codec.TextPattern;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The values of {@code format} that are judged, each in linear time. The library's own ones are regular expressions whose groups
 * overflow the stack with a long text.
 */
public enum StringFormat {
    DATE(TimeSyntax::isDate),
    TIME(TimeSyntax::isTime),
    DATE_TIME(TimeSyntax::isDateTime),
    DURATION(StringFormat::isDuration),
    EMAIL(StringFormat::isEmail),
    HOSTNAME(StringFormat::isHostname),
    IPV4(IpSyntax::isV4),
    IPV6(IpSyntax::isV6),
    URI(UriSyntax::isUri),
    URI_REFERENCE(UriSyntax::isReference),
    UUID(
            PatternCompiler.compile("^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$")
                    ::matches);

    private static final int MAX_HOSTNAME = 253;
    private static final int MAX_MAILBOX = 64;
    private static final TextPattern LABEL = PatternCompiler.compile("^[A-Za-z0-9-]{1,63}$");
    private static final TextPattern MAILBOX =
            PatternCompiler.compile("^[A-Za-z0-9.!#\\$%&'\\*\\+/=\\?\\^_`\\{\\|\\}~-]+$");

    /** No unit is left out between two others (RFC 3339 appendix A). */
    private static final String TIME_OF_PERIOD = "T(?:\\d+H(?:\\d+M(?:\\d+S)?)?|\\d+M(?:\\d+S)?|\\d+S)";

    private static final String DATE_OF_PERIOD = "(?:\\d+Y(?:\\d+M(?:\\d+D)?)?|\\d+M(?:\\d+D)?|\\d+D)";

    /** All loops share it: each match has a matcher of its own. */
    private static final Pattern PERIOD =
            Pattern.compile("P(?:\\d+W|" + DATE_OF_PERIOD + "(?:" + TIME_OF_PERIOD + ")?|" + TIME_OF_PERIOD + ")");

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas above capture nothing that changes
    private final Predicate<String> judge;

    StringFormat(Predicate<String> judge) {
        this.judge = judge;
    }

    /** Its name in a schema. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<StringFormat> of(String id) {
        return Stream.of(values()).filter(format -> format.id().equals(id)).findFirst();
    }

    boolean admits(String text) {
        return judge.test(text);
    }

    private static boolean isDuration(String text) {
        return PERIOD.matches(text);
    }

    private static boolean isEmail(String text) {
        int at = text.lastIndexOf('@');
        if (at < 1 || at > MAX_MAILBOX) {
            return false;
        }
        String mailbox = text.substring(0, at);
        return MAILBOX.matches(mailbox)
                && !mailbox.startsWith(".")
                && !mailbox.endsWith(".")
                && !mailbox.contains("..")
                && isHostname(text.substring(at + 1));
    }

    private static boolean isHostname(String text) {
        if (text.isEmpty() || text.length() > MAX_HOSTNAME) {
            return false;
        }
        for (String label : text.split("\\.", -1)) {
            if (!LABEL.matches(label) || label.startsWith("-") || label.endsWith("-")) {
                return false;
            }
        }
        return true;
    }
}
