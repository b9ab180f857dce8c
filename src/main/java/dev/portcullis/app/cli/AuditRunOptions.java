package dev.portcullis.app.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of {@code audit run}. */
final class AuditRunOptions {
    @Parameters(
            paramLabel = "URL",
            arity = "0..1",
            description = "The WebSocket of your own server: wss://chat.example.com/ws. Of a server with Socket.IO:"
                    + " wss://host/socket.io/?EIO=4&transport=websocket.")
    private @Nullable String url;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "The configuration of the node: it is checked too, and where it has a secret of HS256, users of the"
                            + " audit's own are made with it.")
    private @Nullable Path config;

    @Option(names = "--set", paramLabel = "PATH=VALUE", description = "Overrides the configuration. May be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Option(
            names = "--origin",
            paramLabel = "URL",
            description = "An Origin that the server allows (default: the first of the configuration).")
    private @Nullable String origin;

    @Option(
            names = "--header",
            paramLabel = "NAME:VALUE",
            description = "A header that the server requires of a handshake. May be repeated.")
    private List<String> headers = new ArrayList<>();

    @Option(names = "--ca", paramLabel = "FILE", description = "Certificates (PEM) to trust instead of the system's.")
    private @Nullable Path ca;

    @Option(
            names = "--token-a",
            paramLabel = "FILE",
            description =
                    "The token of a first user, for probes that need one (or PORTCULLIS_TOKEN_A in the environment).")
    private @Nullable Path first;

    @Option(
            names = "--token-b",
            paramLabel = "FILE",
            description =
                    "The token of a second user, who should not reach what the first has (or PORTCULLIS_TOKEN_B).")
    private @Nullable Path second;

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            description =
                    "The listener for operators (default: that of the configuration, if both are on this machine). Its"
                            + " key is that of the configuration, or PORTCULLIS_ADMIN_KEY.")
    private @Nullable String admin;

    @Option(
            names = "--only",
            paramLabel = "PROBE",
            split = ",",
            description = "Only these probes, or areas of them such as origin or tls.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--load",
            paramLabel = "N",
            defaultValue = "10",
            description = "Connections of the load check, 0 to 200 (default: ${DEFAULT-VALUE}).")
    private int load;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "8",
            description =
                    "Handshakes without a valid token in a minute, 1 to 6000 (default: ${DEFAULT-VALUE}, below the"
                            + " default limit of a node).")
    private int rate;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = CliConverters.DurationConverter.class,
            description = "How long an answer may take (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ZERO;

    @Option(names = "--list", description = "Prints the probes and asks no server.")
    private boolean list;

    @Option(names = "--json", description = "Prints the report as one JSON object.")
    private boolean json;

    @Option(
            names = "--verbose",
            description = "Says of each line what was asked, and of each standard by which probes.")
    private boolean verbose;

    @Option(names = "--html", paramLabel = "FILE", description = "Writes the report as one HTML file.")
    private @Nullable Path html;

    Optional<String> url() {
        return Optional.ofNullable(url);
    }

    Optional<Path> config() {
        return Optional.ofNullable(config);
    }

    List<String> overrides() {
        return overrides;
    }

    Optional<String> origin() {
        return Optional.ofNullable(origin);
    }

    List<String> headers() {
        return headers;
    }

    Optional<Path> ca() {
        return Optional.ofNullable(ca);
    }

    Optional<Path> first() {
        return Optional.ofNullable(first);
    }

    Optional<Path> second() {
        return Optional.ofNullable(second);
    }

    Optional<String> admin() {
        return Optional.ofNullable(admin);
    }

    List<String> only() {
        return only;
    }

    int load() {
        return load;
    }

    int rate() {
        return rate;
    }

    Duration timeout() {
        return timeout;
    }

    boolean isList() {
        return list;
    }

    boolean isJson() {
        return json;
    }

    boolean isVerbose() {
        return verbose;
    }

    Optional<Path> html() {
        return Optional.ofNullable(html);
    }
}
