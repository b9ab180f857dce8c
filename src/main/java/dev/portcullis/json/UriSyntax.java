package dev.portcullis.json;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The generic syntax of RFC 3986; {@link java.net.URI} is that of RFC 2396. The loops of the patterns are possessive: they take
 * linear time (CWE-1333), and no stack that grows with the text (CWE-674).
 */
final class UriSyntax {
    private static final String PLAIN = "A-Za-z0-9._~!$&'()*+,;=-";
    private static final String PATH = anyOf(":@/");
    private static final String QUERY = anyOf(":@/?");

    /** The first group is what stands in brackets in place of a name. */
    private static final String AUTHORITY = "(?:" + anyOf(":") + "@)?+(?:\\[([^]]*+)]|" + anyOf("") + ")(?::[0-9]*+)?+";

    private static final String BEHIND_SCHEME = "(?://" + AUTHORITY + "(?:/" + PATH + ")?+|(?!//)" + PATH + ")"
            + "(?:\\?" + QUERY + ")?+(?:#" + QUERY + ")?+";
    private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*+:" + BEHIND_SCHEME);

    /** Its first segment has no colon. */
    private static final Pattern RELATIVE = Pattern.compile("(?![^:/?#]*+:)" + BEHIND_SCHEME);

    /** A zone is no part of it: those of RFC 6874 are withdrawn (RFC 9844). */
    private static final Pattern FUTURE_ADDRESS = Pattern.compile("[vV][0-9A-Fa-f]++\\.[:" + PLAIN + "]++");

    private UriSyntax() {}

    static boolean isUri(String text) {
        return matches(URI, text);
    }

    static boolean isReference(String text) {
        return isUri(text) || matches(RELATIVE, text);
    }

    private static boolean matches(Pattern pattern, String text) {
        Matcher parts = pattern.matcher(text);
        if (!parts.matches()) {
            return false;
        }
        String address = parts.group(1);
        return address == null
                || IpSyntax.isV6(address)
                || FUTURE_ADDRESS.matcher(address).matches();
    }

    private static String anyOf(String others) {
        return "(?:[" + others + PLAIN + "]|%[0-9A-Fa-f]{2})*+";
    }
}
