package dev.portcullis.app;

import java.util.regex.Pattern;

/**
 * Where a listener binds.
 *
 * @param port 0 takes any free one
 */
public record Listener(String host, int port) {
    private static final Pattern LOOPBACK =
            Pattern.compile("(?i)localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|::1|(0{1,4}:){7}0{0,3}1");

    /** By its spelling: what a name resolves to can change after the check (CWE-367). */
    boolean onLoopback() {
        return LOOPBACK.matcher(host).matches();
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
