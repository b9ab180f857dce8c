package dev.portcullis.http.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The path of an operation. A parameter stands for one whole segment. Only the characters of ids are decoded that clients
 * encode there, so that every reader of a path, proxies included, finds the same segments in it (CWE-22, CWE-436).
 */
public final class PathTemplate {
    private static final Pattern FORM = Pattern.compile("/|(?:/(?:[A-Za-z0-9._-]+|\\{[A-Za-z][A-Za-z0-9]*}))+");

    /** The escapes that {@code encodeURIComponent} puts in place of some characters of ids. */
    private static final Map<String, String> ENCODED = Map.of("%3A", ":", "%40", "@", "%7C", "|", "%2B", "+");

    private static final int ENCODED_LENGTH = 3;

    private final String text;
    private final String[] segments;
    private final List<String> names;

    private PathTemplate(String text) {
        this.text = text;
        this.segments = text.substring(1).split("/", -1);
        this.names = Arrays.stream(segments)
                .filter(PathTemplate::isParameter)
                .map(segment -> segment.substring(1, segment.length() - 1))
                .toList();
    }

    /** Empty if the text is no template, or has a segment that no client sends as it stands. */
    static Optional<PathTemplate> parse(String text) {
        boolean plain = FORM.matcher(text).matches()
                && Arrays.stream(text.split("/", -1)).noneMatch(PathTemplate::isRelative);
        return plain ? Optional.of(new PathTemplate(text)) : Optional.empty();
    }

    /** The names of its parameters, in order. */
    public List<String> names() {
        return names;
    }

    /** The values of its parameters, in order; empty if the path is another one. */
    public Optional<List<String>> match(String path) {
        if (!matches(path)) {
            return Optional.empty();
        }
        List<String> values = new ArrayList<>(names.size());
        int from = 1;
        for (String segment : segments) {
            int end = endOf(path, from);
            if (isParameter(segment)) {
                values.add(decoded(path.substring(from, end)));
            }
            from = end + 1;
        }
        return Optional.of(values);
    }

    private boolean matches(String path) {
        int from = 1;
        for (String segment : segments) {
            if (from > path.length() || path.charAt(from - 1) != '/') {
                return false;
            }
            int end = endOf(path, from);
            boolean same = isParameter(segment)
                    ? isPlain(path, from, end)
                    : end - from == segment.length() && path.startsWith(segment, from);
            if (!same) {
                return false;
            }
            from = end + 1;
        }
        return from == path.length() + 1;
    }

    /** Whether some path matches both templates, and neither names it in full. */
    boolean isAmbiguousWith(PathTemplate other) {
        if (segments.length != other.segments.length || names.isEmpty() || other.names.isEmpty()) {
            return false;
        }
        for (int i = 0; i < segments.length; i++) {
            boolean anyValue = isParameter(segments[i]) || isParameter(other.segments[i]);
            if (!anyValue && !segments[i].equals(other.segments[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return text;
    }

    private static int endOf(String path, int from) {
        int end = path.indexOf('/', from);
        return end < 0 ? path.length() : end;
    }

    /** An encoded character, a parameter of the segment or a relative segment has different readers (RFC 3986). */
    private static boolean isPlain(String path, int from, int end) {
        for (int i = from; i < end; i++) {
            char c = path.charAt(i);
            boolean encoded = c == '%' && isEncoded(path, i, end);
            if ((c == '%' && !encoded) || c == ';' || c <= ' ' || c >= 0x7f) {
                return false;
            }
        }
        return end > from && !isRelative(path.substring(from, end));
    }

    private static boolean isEncoded(String path, int from, int end) {
        int behind = from + ENCODED_LENGTH;
        return behind <= end && ENCODED.containsKey(path.substring(from, behind).toUpperCase(Locale.ROOT));
    }

    private static String decoded(String segment) {
        int percent = segment.indexOf('%');
        if (percent < 0) {
            return segment;
        }
        int behind = percent + ENCODED_LENGTH;
        return segment.substring(0, percent)
                + ENCODED.get(segment.substring(percent, behind).toUpperCase(Locale.ROOT))
                + decoded(segment.substring(behind));
    }

    private static boolean isRelative(String segment) {
        return segment.equals(".") || segment.equals("..");
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith("{");
    }
}
