package dev.portcullis.archive.postgres;

import static dev.portcullis.kit.Await.done;

import dev.portcullis.kit.PostgresServer;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A database for the tests of a class, empty before each of them, and its archives, which are closed after each. */
final class PostgresArchives implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    /** No call takes longer, however busy the machine is. */
    private static final long PATIENCE_MS = 30_000;

    private final List<PostgresArchive> opened = new ArrayList<>();
    private Optional<Running> running = Optional.empty();

    private record Running(PostgresServer server, String database, Vertx vertx) {}

    /** Its timeouts are ones that no test exceeds. */
    static PostgresConfig patient(String uri) {
        return withDeadlines(uri, PATIENCE_MS, PATIENCE_MS);
    }

    static PostgresConfig withDeadlines(String uri, long connectMs, long statementMs) {
        PostgresConfig one = PostgresConfig.at(uri);
        return new PostgresConfig(
                one.servers(),
                one.database(),
                one.user(),
                one.password(),
                one.tls(),
                4,
                one.waiting(),
                connectMs,
                statementMs);
    }

    PostgresServer server() {
        return running().server();
    }

    String database() {
        return running().database();
    }

    String uri() {
        return server().uri(database());
    }

    Vertx vertx() {
        return running().vertx();
    }

    /** A new client, as another node would have it. */
    PostgresArchive open() {
        return open(patient(uri()));
    }

    PostgresArchive open(PostgresConfig config) {
        return open(vertx(), config);
    }

    PostgresArchive open(Vertx vertx, PostgresConfig config) {
        PostgresArchive archive = done(PostgresArchive.open(vertx, config, any -> {}));
        opened.add(archive);
        return archive;
    }

    List<String> ask(String sql) {
        return server().ask(database(), sql);
    }

    void execute(String sql) {
        server().execute(database(), sql);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        PostgresServer server = PostgresServer.shared();
        running = Optional.of(new Running(server, server.newDatabase(), Vertx.vertx()));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!ask("SELECT 1 FROM pg_namespace WHERE nspname = 'portcullis'").isEmpty()) {
            execute(
                    "TRUNCATE portcullis.stream, portcullis.run, portcullis.entry, portcullis.superseded, portcullis.epoch, "
                            + "portcullis.erasure, portcullis.shown_month, portcullis.unindexed, portcullis.held, portcullis.removed_file");
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        opened.forEach(each -> done(each.close()));
        opened.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        running.ifPresent(each -> done(each.vertx().close()));
    }

    private Running running() {
        return running.orElseThrow();
    }
}
