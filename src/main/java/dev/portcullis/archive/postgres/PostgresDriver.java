package dev.portcullis.archive.postgres;

import dev.portcullis.config.HostPort;
import dev.portcullis.config.OutgoingTls;
import dev.portcullis.config.Pem;
import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Certificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/** The driver of PostgreSQL, set as the configuration says. */
final class PostgresDriver {
    /** It writes to standard error by itself, texts of the server among them. A strong reference keeps the level. */
    private static final Logger OF_DRIVER = Logger.getLogger("org.postgresql");

    /** An answer is read within this time beyond that of the statement, or the connection is given up. */
    private static final long GRACE_MS = 1_000;

    private static final String RSA = "RSA";

    private final PGSimpleDataSource driver = new PGSimpleDataSource();

    private PostgresDriver() {}

    static DataSource of(PostgresConfig config) {
        OF_DRIVER.setLevel(Level.OFF);
        PostgresDriver made = new PostgresDriver();
        try {
            made.set(config);
        } catch (SQLException invalid) {
            throw new IllegalArgumentException("a setting of the driver is not known", invalid);
        }
        return made.driver;
    }

    private void set(PostgresConfig config) throws SQLException {
        driver.setUrl("jdbc:postgresql://"
                + config.servers().stream().map(HostPort::toString).collect(Collectors.joining(",")) + "/"
                + config.database());
        config.user().ifPresent(driver::setUser);
        config.password().map(Secret::reveal).ifPresent(driver::setPassword);
        set(PGProperty.APPLICATION_NAME, "portcullis");
        set(PGProperty.CONNECT_TIMEOUT, seconds(config.connectMs()));
        set(PGProperty.SOCKET_TIMEOUT, seconds(config.statementMs() + GRACE_MS));
        set(PGProperty.TCP_KEEP_ALIVE, "true");
        // one plan for all values: it finds the months while it runs, and a plan for each call would look at all of
        // them
        set(
                PGProperty.OPTIONS,
                "-c statement_timeout=" + config.statementMs() + " -c plan_cache_mode=force_generic_plan"
                        + " -c gin_pending_list_limit=" + PendingWords.LIST_LIMIT);
        set(PGProperty.TARGET_SERVER_TYPE, config.servers().size() > 1 ? "primary" : "any");
        set(PGProperty.PREPARE_THRESHOLD, "1");
        set(PGProperty.LOG_SERVER_ERROR_DETAIL, "false"); // it quotes rows
        set(PGProperty.GSS_ENC_MODE, "disable");
        if (config.tls().isPresent()) {
            secure(config.tls().get());
        } else {
            set(PGProperty.SSL_MODE, "disable");
        }
    }

    private void secure(OutgoingTls tls) throws SQLException {
        set(PGProperty.SSL_MODE, "verify-full");
        if (tls.ca().isEmpty()) {
            set(PGProperty.SSL_FACTORY, "org.postgresql.ssl.DefaultJavaSSLFactory");
            return;
        }
        set(PGProperty.SSL_ROOT_CERT, file(tls.ca().get()));
        if (tls.certificate().isPresent() && tls.key().isPresent()) {
            Pem chain = tls.certificate().get();
            set(PGProperty.SSL_CERT, file(chain));
            set(PGProperty.SSL_KEY, file(tls.key().get()));
            set(
                    PGProperty.PEM_KEY_ALGORITHM,
                    chain.text()
                            .flatMap(Certificates::firstKey)
                            .map(Key::getAlgorithm)
                            .orElse(RSA));
        }
    }

    /** The driver reads files only, so a text from elsewhere becomes one that only this user can read. */
    private static String file(Pem pem) {
        return pem.fold(path -> path, text -> {
            try {
                Path file = Files.createTempFile("portcullis-archive", ".pem");
                file.toFile().deleteOnExit();
                return Files.writeString(file, text).toString();
            } catch (IOException unwritable) {
                throw new UncheckedIOException(unwritable);
            }
        });
    }

    private void set(PGProperty property, String value) throws SQLException {
        driver.setProperty(property, value);
    }

    private static String seconds(long millis) {
        return Long.toString(Math.max(1, TimeUnit.MILLISECONDS.toSeconds(millis + 999)));
    }
}
