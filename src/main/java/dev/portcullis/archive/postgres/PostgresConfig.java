package dev.portcullis.archive.postgres;

import dev.portcullis.config.HostPort;
import dev.portcullis.config.OutgoingTls;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code archive.postgres}.
 *
 * @param servers the server, or a primary and its standbys: the one that accepts writes is used
 * @param tls empty for plain text
 * @param connections the most connections of this node, and calls at a time
 * @param waiting the most calls that wait for a connection
 */
public record PostgresConfig(
        List<HostPort> servers,
        String database,
        Optional<String> user,
        Optional<Secret> password,
        Optional<OutgoingTls> tls,
        int connections,
        int waiting,
        long connectMs,
        long statementMs) {
    private static final String DEFAULT_URI = "postgresql://127.0.0.1:5432/portcullis";
    private static final int CONNECTIONS = 8;
    private static final int WAITING = 256;
    private static final long CONNECT_MS = 2_000;
    private static final long STATEMENT_MS = 5_000;

    public PostgresConfig {
        servers = List.copyOf(servers);
    }

    /** The settings of a server on loopback, with the standard bounds. */
    public static PostgresConfig at(String uri) {
        return of(PostgresUri.parse(uri), Optional.empty());
    }

    private static PostgresConfig of(PostgresUri uri, Optional<OutgoingTls> tls) {
        return new PostgresConfig(
                uri.servers(),
                uri.database(),
                uri.user(),
                uri.password(),
                tls,
                CONNECTIONS,
                WAITING,
                CONNECT_MS,
                STATEMENT_MS);
    }

    public static PostgresConfig read(Section postgres) {
        PostgresUri uri = PostgresUri.parse(postgres.basic()
                .address(
                        "uri",
                        DEFAULT_URI,
                        PostgresUri.FORM,
                        PostgresUri.FORM_TEXT,
                        "where PostgreSQL is, with the database of the archive: optional user and password, and one or more hosts"
                                + " with their ports, separated by commas, of which the one that accepts writes is used")
                .reveal());
        Optional<String> user =
                postgres.basic().optionalText("user", "user of the database; may be part of the uri instead");
        Optional<Secret> password =
                postgres.basic().secret("password", "password of that user; may be part of the uri instead");
        boolean written = user.isPresent() || password.isPresent();
        if (written && (uri.user().isPresent() || uri.password().isPresent())) {
            postgres.problem("uri", "names a user or a password, and so do user and password", "keep one of the two");
        }
        PostgresConfig config = new PostgresConfig(
                uri.servers(),
                uri.database(),
                written ? user : uri.user(),
                written ? password : uri.password(),
                tls(postgres, uri),
                postgres.integer(
                        "connections",
                        CONNECTIONS,
                        2,
                        64,
                        "connections of each node; PostgreSQL must allow those of all nodes"),
                postgres.integer(
                        "waiting", WAITING, 1, 10_000, "calls that may wait for a connection; more fail at once"),
                postgres.millis("connectMs", CONNECT_MS, 250, 30_000, "how long an attempt to connect may take"),
                postgres.millis(
                        "statementMs", STATEMENT_MS, 100, 60_000, "how long one statement may take in PostgreSQL"));
        if (uri.servers().stream().anyMatch(each -> each.port() < 1 || each.port() > 65_535)) {
            postgres.problem("uri", "names a port that does not exist", "a port is a number from 1 to 65535");
        }
        return config;
    }

    /** Plain text stays on this machine, unless an operator says that no one else can read the network (CWE-319). */
    private static Optional<OutgoingTls> tls(Section postgres, PostgresUri uri) {
        Section section = postgres.section("tls");
        OutgoingTls tls = OutgoingTls.read(section, "PostgreSQL");
        if (tls.certificate().isPresent() && tls.ca().isEmpty()) {
            section.problem("ca", "is missing", "a certificate of ours is only shown to servers of a CA that is named");
        }
        boolean configured = !tls.equals(OutgoingTls.JDK_DEFAULTS);
        boolean trusted = postgres.flag(
                "trustedNetwork",
                false,
                "allows plain text to a PostgreSQL beyond this machine, over a network that no one else can read; without"
                        + " it TLS is required there");
        if (trusted && configured) {
            postgres.problem("trustedNetwork", "allows plain text, but tls is configured", "keep one of the two");
        }
        boolean local = uri.servers().stream().allMatch(HostPort::isLoopback);
        return configured || !(local || trusted) ? Optional.of(tls) : Optional.empty();
    }

    /** Whether what is archived crosses a network that others may read. */
    public boolean isPlaintextRemote() {
        return tls.isEmpty() && !servers.stream().allMatch(HostPort::isLoopback);
    }
}
