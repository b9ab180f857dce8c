package dev.portcullis.archive.postgres;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.HostPort;
import dev.portcullis.config.OutgoingTls;
import dev.portcullis.config.Pem;
import dev.portcullis.config.Secret;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.kit.PrivateAuthority;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A server whose certificate is not of this authority, or not for this name, may be anyone (CWE-295, CWE-297). */
@ExtendWith(VertxExtension.class)
class PostgresTlsIT {
    @TempDir
    static Path folder;

    private static PostgresServer server;
    private static PrivateAuthority authority;

    @BeforeAll
    static void start() throws IOException {
        PostgresServer.assumeInstalled();
        authority = PrivateAuthority.in(folder);
        server = PostgresServer.start();
        PrivateAuthority.Issued issued = authority.issueFor("localhost");
        Path certificate = server.take(issued.certificate());
        Path key = server.take(issued.key());
        Path ca = server.take(authority.certificate());
        server.execute("postgres", "ALTER SYSTEM SET ssl_cert_file = '" + certificate + "'");
        server.execute("postgres", "ALTER SYSTEM SET ssl_key_file = '" + key + "'");
        server.execute("postgres", "ALTER SYSTEM SET ssl_ca_file = '" + ca + "'");
        server.execute("postgres", "ALTER SYSTEM SET ssl = on");
        server.execute("postgres", "CREATE ROLE shown LOGIN");
        server.allow("hostssl all shown 127.0.0.1/32 cert");
        server.kill();
        server.restart();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void server_of_the_authority_is_used_under_its_name(Vertx vertx) {
        assertThat(answers(vertx, "localhost", tls(authority.certificate()))).isTrue();
        assertThat(server.ask(
                        "postgres",
                        "SELECT bool_and(s.ssl)::text FROM pg_stat_activity a JOIN pg_stat_ssl s USING (pid)"
                                + " WHERE a.datname LIKE 'test%'"))
                .doesNotContain("false");
    }

    @Test
    void server_is_not_used_under_another_name(Vertx vertx) {
        assertThat(answers(vertx, "127.0.0.1", tls(authority.certificate()))).isFalse();
    }

    @Test
    void server_of_another_authority_is_not_used(Vertx vertx, @TempDir Path other) {
        assertThat(answers(vertx, "localhost", tls(PrivateAuthority.in(other).certificate())))
                .isFalse();
        assertThat(answers(vertx, "localhost", OutgoingTls.JDK_DEFAULTS)).isFalse();
    }

    @Test
    void authority_may_be_given_as_text(Vertx vertx) throws IOException {
        Pem text = new Pem(new Secret(Files.readString(authority.certificate())));
        assertThat(answers(vertx, "localhost", new OutgoingTls(Optional.of(text), Optional.empty(), Optional.empty())))
                .isTrue();
    }

    @Test
    void certificate_of_the_node_is_shown_to_a_server_that_asks_for_it(Vertx vertx) throws IOException {
        PrivateAuthority.Issued node = authority.issue("shown");
        Files.setPosixFilePermissions(
                node.key(), PosixFilePermissions.fromString("rw-------")); // else the driver refuses it
        OutgoingTls tls = new OutgoingTls(
                Optional.of(pem(authority.certificate())),
                Optional.of(pem(node.certificate())),
                Optional.of(pem(node.key())));
        String database = server.newDatabase();
        server.execute(database, "CREATE SCHEMA portcullis AUTHORIZATION shown");
        PostgresConfig config = config("localhost", Optional.of(tls), database, "shown", Optional.empty());
        PostgresArchive archive = done(PostgresArchive.open(vertx, config, any -> {}));
        assertThat(archive.answers()).isTrue();
        done(archive.close());
    }

    private static boolean answers(Vertx vertx, String host, OutgoingTls tls) {
        PostgresConfig config = config(
                host, Optional.of(tls), server.newDatabase(), "portcullis", Optional.of(new Secret("only-for-a-test")));
        PostgresArchive archive = done(PostgresArchive.open(vertx, config, any -> {}));
        boolean answers = archive.answers();
        done(archive.close());
        return answers;
    }

    private static PostgresConfig config(
            String host, Optional<OutgoingTls> tls, String database, String user, Optional<Secret> password) {
        PostgresConfig one = PostgresConfig.at(server.uri(database));
        return new PostgresConfig(
                List.of(new HostPort(host, server.port())),
                database,
                Optional.of(user),
                password,
                tls,
                one.connections(),
                one.waiting(),
                5_000,
                30_000);
    }

    private static OutgoingTls tls(Path ca) {
        return new OutgoingTls(Optional.of(pem(ca)), Optional.empty(), Optional.empty());
    }

    private static Pem pem(Path file) {
        return new Pem(new Secret(file.toString()));
    }
}
