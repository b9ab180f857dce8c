package dev.portcullis.archive.postgres;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.config.Secret;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
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
    /** Takes the tables back to what they were before version 7. */
    static final String WITH_EARLY = "ALTER TABLE portcullis.stream ADD COLUMN early_seq bigint NOT NULL DEFAULT 0";

    private static final ArchivedRoom ROOM = ArchivedRoom.of("lobby", 0);

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

    /** They were beyond the position of their stream until the part came that brings them. */
    @Test
    void amendments_of_earlier_tables_that_are_no_entries_yet_come_with_their_part(Vertx vertx) {
        PostgresArchive before = open(vertx);
        EntryRow named = ROOM.row(4, EntryState.MESSAGE, "m4", "text 4");
        ArchivePart part =
                ROOM.part(ROOM.at(4), ROOM.edit(5, ROOM.id(1)), ROOM.edit(6, "m4"), ROOM.edit(7, ROOM.id(2)));
        done(before.add(
                List.of(ROOM.part(ROOM.at(0), ROOM.message(1), ROOM.message(2), ROOM.edit(3, ROOM.id(1)), named))));
        done(before.add(List.of(part)));
        done(before.close());
        List.of(
                        WITH_EARLY,
                        "UPDATE portcullis.stream SET seq = 4, early_seq = 7",
                        "UPDATE portcullis.run SET last_seq = 4",
                        "DELETE FROM portcullis.migration WHERE version >= 7")
                .forEach(sql -> server.execute(database, sql));

        PostgresArchive archive = open(vertx);
        assertThat(server.ask(database, "SELECT count(*) FROM portcullis.entry"))
                .containsExactly("4");
        assertThat(latest(archive)).containsExactly("1 EDITED 3", "2 MESSAGE", "3 AMENDMENT", "4 MESSAGE");
        assertThat(done(archive.add(List.of(part)))).isEmpty();
        assertThat(latest(archive))
                .containsExactly(
                        "1 EDITED 5",
                        "2 EDITED 7",
                        "3 AMENDMENT",
                        "4 EDITED 6",
                        "5 AMENDMENT",
                        "6 AMENDMENT",
                        "7 AMENDMENT");
        done(archive.close());
    }

    private PostgresArchive open(Vertx vertx) {
        return done(PostgresArchive.open(vertx, PostgresArchives.patient(server.uri(database)), any -> {}));
    }

    /** Each entry with its latest state, and the amendment that it has it by. */
    private static List<String> latest(PostgresArchive archive) {
        return done(archive.latest(ROOM.stream(), Long.MAX_VALUE, new Bounds(100, 1 << 20))).entries().stream()
                .map(each -> each.entry().position().seq() + " " + each.state()
                        + each.amendment().map(by -> " " + by.position().seq()).orElse(""))
                .toList();
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
