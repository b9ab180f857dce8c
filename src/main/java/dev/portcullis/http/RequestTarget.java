package dev.portcullis.http;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks the target of a request line (RFC 9112 section 3.2). */
public final class RequestTarget {
    private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*+://([^/?#]*+).*+", Pattern.DOTALL);

    private RequestTarget() {}

    /**
     * Whether a target in absolute form names the same authority as the Host. The standard prefers the target's
     * authority, so a server that reads only the Host would handle a request for another site (CWE-444).
     *
     * @param host every Host header of the request
     */
    public static boolean matchesHost(String target, List<String> host) {
        Matcher absolute = ABSOLUTE.matcher(target);
        return !absolute.matches() || (host.size() == 1 && absolute.group(1).equalsIgnoreCase(host.get(0)));
    }
}
