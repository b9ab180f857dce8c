package dev.portcullis.app;

import dev.portcullis.config.Section;
import java.util.regex.Pattern;

/**
 * Where a listener binds.
 *
 * @param port 0 takes any free one
 */
public record Listener(String host, int port) {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]{1,253}");
    private static final Pattern LOOPBACK =
            Pattern.compile("(?i)localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|::1|(0{1,4}:){7}0{0,3}1");

    /** Loopback unless configured: a listener beyond this machine is a decision. */
    public static Listener read(Section section, int port) {
        return new Listener(
                section.text("host", "127.0.0.1", HOST, "the address to listen on; 0.0.0.0 or :: is every one"),
                section.integer("port", port, 0, 65_535, "the port to listen on; 0 takes any free one"));
    }

    /** By its spelling: what a name resolves to can change after the check (CWE-367). */
    boolean onLoopback() {
        return LOOPBACK.matcher(host).matches();
    }
}
