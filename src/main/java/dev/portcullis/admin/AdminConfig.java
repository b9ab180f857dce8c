package dev.portcullis.admin;

import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.http.HttpConfig;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The operators' listener and its access rules. */
public record AdminConfig(
        String host,
        int port,
        List<String> hosts,
        Optional<Secret> apiKey,
        int connections,
        int connectionsPerIp,
        int wrongKeysPerMinute,
        long requestMs,
        int deletions,
        ServerCallsConfig messages,
        boolean trustedNetwork) {
    private static final int SHORTEST_KEY = 16;
    private static final Pattern HOST_FORM =
            Pattern.compile("(?:\\[[0-9A-Fa-f:.]{2,45}]|[A-Za-z0-9._-]{1,253})(?::[0-9]{1,5})?");

    public static AdminConfig read(Section admin) {
        Optional<Secret> apiKey = admin.basic()
                .secret(
                        "apiKey",
                        "key that opens every call of this listener, /metrics and the dashboard included, as tokens of role admin do");
        if (apiKey.filter(key -> key.reveal().length() < SHORTEST_KEY).isPresent()) {
            admin.problem("apiKey", "is too short to resist guessing", "at least 16 characters are needed");
        }
        return new AdminConfig(
                admin.basic().text("host", "127.0.0.1", HttpConfig.HOST, "name or address to listen on for operators"),
                admin.basic().integer("port", 9090, 0, 65_535, "port to listen on for operators; 0 takes any free one"),
                admin.basic()
                        .hosts(
                                "hosts",
                                List.of("localhost", "127.0.0.1", "[::1]"),
                                HOST_FORM,
                                "names under which operators address it; any other Host is refused"),
                apiKey,
                admin.integer(
                        "connections",
                        256,
                        8,
                        100_000,
                        "TCP connections of the operators' listener; beyond that, the one that has waited longest for a"
                                + " request is closed"),
                admin.integer(
                        "connectionsPerIp",
                        64,
                        4,
                        100_000,
                        "TCP connections of one address to the operators' listener"),
                admin.integer(
                        "wrongKeysPerMinute",
                        10,
                        1,
                        1_000,
                        "wrong keys and tokens of one address in a minute that are answered 401; more get 429. A right one"
                                + " is admitted all the same"),
                admin.millis(
                        "requestMs",
                        10_000,
                        1_000,
                        600_000,
                        "time in which a connection must send a request, from its accept or the previous answer, and"
                                + " in which the request must be answered"),
                admin.integer(
                        "deletions",
                        4,
                        1,
                        100,
                        "users that this node deletes at a time, each of which reads the whole store; more get 429"),
                ServerCallsConfig.read(admin.section("messages")),
                admin.basic()
                        .flag(
                                "trustedNetwork",
                                false,
                                "says that only operators can reach admin.port: needed where admin.host is not of this machine,"
                                        + " since the listener has no TLS, and anyone on the way could read the key"));
    }
}
