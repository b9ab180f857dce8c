package dev.portcullis.http;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An origin as RFC 6454 section 6.1 writes it: scheme, host and port only. Userinfo, paths, whitespace, trailing dots
 * and non-ASCII letters (browsers send punycode) are invalid.
 */
record WebOrigin(String scheme, String host, int port) {
    static final int NO_PORT = 0;

    /** Possessive quantifiers prevent backtracking. */
    private static final Pattern FORM =
            Pattern.compile("([a-z][a-z0-9+.-]*+)://(\\[[0-9a-f:.]*+]|[a-z0-9._-]++)(?::([1-9][0-9]{0,4}+))?+");

    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,63}+(?:\\.[a-z0-9_-]{1,63}+)*+");
    private static final int LONGEST = 300;

    static Optional<WebOrigin> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!form.matches() || !isAscii(text) || !isHost(form.group(2))) {
            return Optional.empty();
        }
        int port = form.group(3) == null ? defaultPort(form.group(1)) : Integer.parseInt(form.group(3));
        return port > 65_535 ? Optional.empty() : Optional.of(new WebOrigin(form.group(1), form.group(2), port));
    }

    /** Checked on the original text, since lower-casing turns the Kelvin sign into a k. */
    private static boolean isAscii(String text) {
        return text.chars().allMatch(each -> each < 0x80);
    }

    static boolean isHost(String host) {
        return host.startsWith("[")
                ? IpAddress.parse(host.substring(1, host.length() - 1)).isPresent()
                : NAME.matcher(host).matches();
    }

    private static int defaultPort(String scheme) {
        return switch (scheme) {
            case "https" -> 443;
            case "http" -> 80;
            default -> NO_PORT;
        };
    }
}
