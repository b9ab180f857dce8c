package dev.portcullis.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A host with a port. */
public record HostPort(String host, int port) {
    static final int LAST_PORT = 65_535;

    private static final Pattern PORT = Pattern.compile(".*:([0-9]{1,5})");
    private static final Pattern LOOPBACK =
            Pattern.compile("(?i)localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|::1|(0{1,4}:){7}0{0,3}1");

    /**
     * Parses {@code host}, {@code host:7000}, {@code [::1]} or {@code [::1]:7000}.
     *
     * @param written in one of these forms, which the caller has checked
     * @param standardPort the port if none is written
     */
    public static HostPort parse(String written, int standardPort) {
        int colon = written.lastIndexOf(':');
        boolean hasPort = colon > written.lastIndexOf(']') && colon >= 0;
        String host = hasPort ? written.substring(0, colon) : written;
        int port = hasPort ? Integer.parseInt(written.substring(colon + 1)) : standardPort;
        return new HostPort(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
    }

    /** Whether the text ends with a port that no TCP listener can have. */
    static boolean hasInvalidPort(String written) {
        Matcher port = PORT.matcher(written);
        if (!port.matches()) {
            return false;
        }
        int number = Integer.parseInt(port.group(1));
        return number < 1 || number > LAST_PORT;
    }

    /**
     * Whether the host is a loopback address or {@code localhost} by its spelling: the address that a name resolves to
     * can change after the check (CWE-367).
     */
    public static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    /** Whether the host is a loopback address or {@code localhost} by its spelling. */
    public boolean isLoopback() {
        return isLoopback(host);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
