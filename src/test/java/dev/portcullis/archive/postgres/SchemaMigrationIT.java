package dev.portcullis.archive.postgres;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.config.Secret;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.store.StoreOpenException;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The nodes make the tables. */
@ExtendWith(VertxExtension.class)
class SchemaMigrationIT {
    private PostgresServer server;
    private String database;

    @BeforeEach
    void begin() {
        server = PostgresServer.shared();
        database = server.newDatabase();
    }

    @Test
    void nodes_that_start_at_once_make_the_tables_once(Vertx vertx) {
        List<PostgresArchive> nodes = done(Future.all(IntStream.range(0, 6)
                        .mapToObj(node ->
                                PostgresArchive.open(vertx, PostgresArchives.patient(server.uri(database)), any -> {}))
                        .toList())
                .map(CompositeFuture::list));
        assertThat(nodes).allMatch(PostgresArchive::answers);
        assertThat(server.ask(database, "SELECT max(version) FROM portcullis.migration"))
                .containsExactly("" + SchemaMigration.VERSION);
        List<Future<?>> added = IntStream.range(0, 6)
                .<Future<?>>mapToObj(i ->
                        nodes.get(i).add(List.of(ArchivedRoom.of("room-" + i, 0).part(1, 9))))
                .toList();
        added.forEach(each -> assertThat(done(each)).isEqualTo(Set.of()));
        nodes.forEach(each -> done(each.close()));
    }

    @Test
    void tables_of_a_later_release_are_refused_with_what_to_do(Vertx vertx) {
        done(done(PostgresArchive.open(vertx, PostgresArchives.patient(server.uri(database)), any -> {}))
                .close());
        server.execute(database, "INSERT INTO portcullis.migration (version) VALUES (99)");
        assertThatThrownBy(() ->
                        done(PostgresArchive.open(vertx, PostgresArchives.patient(server.uri(database)), any -> {})))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("version 99")
                .hasMessageContaining("start the release that made them");
    }

    @Test
    void schema_that_an_operator_made_for_a_user_without_other_rights_is_used(Vertx vertx) {
        server.execute(database, "CREATE ROLE " + database + "_user LOGIN PASSWORD 'secret'");
        server.execute(database, "CREATE SCHEMA portcullis AUTHORIZATION " + database + "_user");
        PostgresArchive archive =
                done(PostgresArchive.open(vertx, as(database + "_user", "secret", database), any -> {}));
        assertThat(done(archive.add(List.of(ArchivedRoom.of("lobby", 0).part(1, 9)))))
                .isEmpty();
        done(archive.close());
    }

    @Test
    void start_is_refused_where_an_operator_has_to_act(Vertx vertx) {
        server.execute(database, "CREATE ROLE " + database + "_user LOGIN PASSWORD 'secret'");
        assertRefused(vertx, as(database + "_user", "secret", database), "may not make the tables");
        assertRefused(vertx, as(database + "_user", "wrong", database), "refuses the user");
        assertRefused(vertx, as("unknown", "secret", database), "refuses the user");
        assertRefused(vertx, PostgresArchives.patient(server.uri("missing")), "no such database");
    }

    private static void assertRefused(Vertx vertx, PostgresConfig config, String why) {
        assertThatThrownBy(() -> done(PostgresArchive.open(vertx, config, any -> {})))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("secret");
    }

    private PostgresConfig as(String user, String password, String of) {
        PostgresConfig one = PostgresArchives.patient(server.uri(of));
        return new PostgresConfig(
                one.servers(),
                one.database(),
                Optional.of(user),
                Optional.of(new Secret(password)),
                one.tls(),
                one.connections(),
                one.waiting(),
                one.connectMs(),
                one.statementMs());
    }
}
