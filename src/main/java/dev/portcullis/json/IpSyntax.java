package dev.portcullis.json;

import java.util.regex.Pattern;

/** Addresses as RFC 3986 section 3.2.2 has them: an octet has no leading zero, which some readers take for octal, and there is no zone. */
final class IpSyntax {
    private static final int MAX_V4 = "255.255.255.255".length();
    private static final int MAX_V6 = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length();
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile("(?:" + OCTET + "\\.){3}" + OCTET);
    private static final Pattern GROUPS_OF_V6 = Pattern.compile("[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*");
    private static final int GROUPS = 8;

    private IpSyntax() {}

    static boolean isV4(String text) {
        return text.length() <= MAX_V4 && V4.matcher(text).matches();
    }

    static boolean isV6(String text) {
        if (text.length() > MAX_V6) {
            return false;
        }
        int lastColon = text.lastIndexOf(':');
        boolean endsAsV4 = lastColon >= 0 && isV4(text.substring(lastColon + 1));
        String hexadecimal = endsAsV4 ? text.substring(0, lastColon + 1) + "0:0" : text;
        int gap = hexadecimal.indexOf("::");
        if (gap < 0) {
            return groups(hexadecimal) == GROUPS;
        }
        int before = groups(hexadecimal.substring(0, gap));
        int after = groups(hexadecimal.substring(gap + "::".length()));
        return before >= 0 && after >= 0 && before + after < GROUPS;
    }

    /** The number of groups; negative if these are none. */
    private static int groups(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        return GROUPS_OF_V6.matcher(text).matches()
                ? 1 + (int) text.chars().filter(c -> c == ':').count()
                : -1;
    }
}
