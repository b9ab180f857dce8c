package dev.portcullis.http;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request line asks for (RFC 9112 section 3.2). */
public final class RequestTarget {
    private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*+://([^/?#]*+).*+", Pattern.DOTALL);

    private RequestTarget() {}

    /**
     * Whether a target in absolute form names the same authority as the Host. By the standard the target's wins, so a
     * server that reads the Host alone would take the request for one to another site (CWE-444).
     *
     * @param host every Host header of the request
     */
    public static boolean agrees(String target, List<String> host) {
        Matcher absolute = ABSOLUTE.matcher(target);
        return !absolute.matches() || (host.size() == 1 && absolute.group(1).equalsIgnoreCase(host.get(0)));
    }
}
