package dev.portcullis.http;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks the {@code Host} of a request: exactly one valid value, since two servers could read another as different
 * sites (CWE-444).
 */
public final class HostHeader {
    private static final Pattern FORM =
            Pattern.compile("(?:\\[[0-9A-Fa-f:.]{2,45}+]|[A-Za-z0-9._-]{1,253}+)(?::([0-9]{1,5}+))?+");
    private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*+://([^/?#]*+).*+", Pattern.DOTALL);
    private static final int MAX_PORT = 65_535;

    private HostHeader() {}

    /** RFC 9112 section 3.2. */
    public static boolean isValid(List<String> lines) {
        if (lines.size() != 1) {
            return false;
        }
        Matcher parts = FORM.matcher(lines.get(0));
        return parts.matches()
                && Optional.ofNullable(parts.group(1))
                        .map(Integer::parseInt)
                        .filter(port -> port > MAX_PORT)
                        .isEmpty();
    }

    /**
     * RFC 9112 section 3.2: whether a target in absolute form names the same authority as the Host. The standard prefers the target's
     * authority, so a server that reads only the Host would handle a request for another site (CWE-444).
     *
     * @param host every Host header of the request
     */
    public static boolean matchesTarget(String target, List<String> host) {
        Matcher absolute = ABSOLUTE.matcher(target);
        return !absolute.matches() || (host.size() == 1 && absolute.group(1).equalsIgnoreCase(host.get(0)));
    }
}
