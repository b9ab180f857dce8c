package dev.portcullis.json;

/** Addresses as RFC 3986 section 3.2.2 has them: an octet has no leading zero, which some readers take for octal, and there is no zone. */
final class IpSyntax {
    private static final int MAX_V4 = "255.255.255.255".length();
    private static final int MAX_V6 = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length();
    private static final int OCTETS = 4;
    private static final int MAX_OCTET = 255;
    private static final int GROUPS = 8;
    private static final int MAX_GROUP = 4;

    private IpSyntax() {}

    static boolean isV4(String text) {
        if (text.length() > MAX_V4) {
            return false;
        }
        String[] octets = text.split("\\.", -1);
        for (String octet : octets) {
            if (!isOctet(octet)) {
                return false;
            }
        }
        return octets.length == OCTETS;
    }

    static boolean isV6(String text) {
        if (text.length() > MAX_V6) {
            return false;
        }
        int gap = text.indexOf("::");
        if (gap < 0) {
            return groups(text, true) == GROUPS;
        }
        int before = gap == 0 ? 0 : groups(text.substring(0, gap), false);
        String rest = text.substring(gap + "::".length());
        int after = rest.isEmpty() ? 0 : groups(rest, true);
        return before >= 0 && after >= 0 && before + after < GROUPS;
    }

    /** The number of groups, of which an IPv4 address at the end is two; negative if these are none. */
    private static int groups(String text, boolean atEnd) {
        String[] groups = text.split(":", -1);
        for (int i = 0; i < groups.length; i++) {
            if (atEnd && i == groups.length - 1 && isV4(groups[i])) {
                return groups.length + 1;
            }
            if (!isGroup(groups[i])) {
                return -1;
            }
        }
        return groups.length;
    }

    private static boolean isGroup(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_GROUP
                && text.chars().allMatch(c -> c < 0x80 && Character.digit(c, 16) >= 0);
    }

    private static boolean isOctet(String text) {
        return !text.isEmpty()
                && text.length() <= 3
                && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && (text.length() == 1 || text.charAt(0) != '0')
                && Integer.parseInt(text) <= MAX_OCTET;
    }
}
