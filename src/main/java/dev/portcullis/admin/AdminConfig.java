package dev.portcullis.admin;

import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.http.HttpConfig;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the operator's listener is, and who may use it.
 *
 * @param port 0 takes any free one
 * @param hosts names under which it may be addressed, with or without a port
 * @param apiKey opens it beside tokens of role admin
 * @param connections its TCP connections, of all addresses
 * @param connectionsPerIp of one address
 * @param requestMs what a connection has for a request and what a request has for its answer
 */
public record AdminConfig(
        String host,
        int port,
        List<String> hosts,
        Optional<Secret> apiKey,
        int connections,
        int connectionsPerIp,
        long requestMs) {
    private static final int SHORTEST_KEY = 16;
    private static final Pattern ADDRESSED =
            Pattern.compile("(?:\\[[0-9A-Fa-f:.]{2,45}]|[A-Za-z0-9._-]{1,253})(?::[0-9]{1,5})?");

    public static AdminConfig read(Section admin) {
        Optional<Secret> apiKey = admin.secret("apiKey", "key that opens /metrics, beside tokens of role admin");
        if (apiKey.filter(key -> key.reveal().length() < SHORTEST_KEY).isPresent()) {
            admin.problem("apiKey", "is too short to resist guessing", "at least 16 characters are needed");
        }
        return new AdminConfig(
                admin.text("host", "127.0.0.1", HttpConfig.HOST, "name or address to listen on for operators"),
                admin.integer("port", 9090, 0, 65_535, "port to listen on for operators; 0 takes any free one"),
                admin.hosts(
                        "hosts",
                        List.of("localhost", "127.0.0.1", "[::1]"),
                        ADDRESSED,
                        "names under which operators address it; any other Host is refused"),
                apiKey,
                admin.integer(
                        "connections",
                        256,
                        8,
                        100_000,
                        "TCP connections of the operators' listener; one more, and the one that has waited longest for a"
                                + " request is closed"),
                admin.integer("connectionsPerIp", 64, 4, 100_000, "of these of one address"),
                admin.millis(
                        "requestMs",
                        10_000,
                        1_000,
                        600_000,
                        "time in which a connection has to bring a request, from its accept or the answer before, and"
                                + " in which it is answered"));
    }
}
