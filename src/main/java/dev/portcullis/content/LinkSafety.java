package dev.portcullis.content;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether a link leads where it seems to. Refuses links that hide their host: other schemes (CWE-601), userinfo ({@code
 * https://bank.example@evil.example}), addresses instead of names in every spelling a browser reads (WHATWG URL, "ends
 * in a number"), and names that mix scripts (UTS #39). Never resolves a name.
 */
public final class LinkSafety {
    private static final Pattern PORT = Pattern.compile("[0-9]{0,5}");

    private LinkSafety() {}

    public static boolean isSafe(String url) {
        int colon = url.indexOf(':');
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "mailto" -> true;
            case "http", "https" -> url.startsWith("//", colon + 1) && isSafeAfterScheme(url.substring(colon + 3));
            default -> false;
        };
    }

    private static boolean isSafeAfterScheme(String rest) {
        int end = 0;
        while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        return isSafeAuthority(rest.substring(0, end));
    }

    /** Browsers read a backslash as a slash, other parsers as part of the userinfo: neither belongs in a host. */
    private static boolean isSafeAuthority(String authority) {
        if (authority.indexOf('@') >= 0 || authority.indexOf('\\') >= 0) {
            return false;
        }
        int colon = authority.indexOf(':');
        String host = colon < 0 ? authority : authority.substring(0, colon);
        String port = colon < 0 ? "" : authority.substring(colon + 1);
        return PORT.matcher(port).matches() && HostName.isSingleScript(host);
    }
}
