package dev.portcullis.archive.postgres;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the archive does while PostgreSQL is killed, stands still, refuses, or comes back. */
@ExtendWith(VertxExtension.class)
class PostgresFaultsIT {
    private static final Bounds ALL = new Bounds(100_000, 1 << 26);
    private static final long SHORT_MS = 1_000;
    private static final long LONG_MS = 5_000;
    private static final ArchivedRoom ROOM = ArchivedRoom.of("lobby", 0);

    private static PostgresServer server;

    private final List<PostgresArchive> opened = new ArrayList<>();
    private String database;
    private Vertx vertx;

    @BeforeAll
    static void start() {
        server = PostgresServer.start("fsync=on", "max_connections=12", "superuser_reserved_connections=3");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void begin(Vertx vertx) {
        this.vertx = vertx;
        database = server.newDatabase();
    }

    @AfterEach
    void end() {
        opened.forEach(each -> done(each.close()));
    }

    @Test
    void part_that_two_nodes_add_at_once_is_added_once() {
        List<PostgresArchive> nodes = List.of(open(), open());
        for (int i = 0; i < 40; i++) {
            List<ArchivePart> parts = List.of(ROOM.part(5L * i + 1, 5L * i + 5), other(i).part(1, 3));
            long added = nodes.stream().map(node -> node.add(parts)).toList().stream()
                    .filter(result -> done(result).isEmpty())
                    .count();
            assertThat(added).isEqualTo(1);
        }
        assertEntries(nodes.get(0), 200);
        assertThat(server.ask(database, "SELECT count(*) FROM portcullis.entry"))
                .containsExactly("320");
    }

    @Test
    void connections_that_end_in_the_middle_leave_each_entry_once() {
        PostgresArchive archive = open();
        Random random = new Random(7);
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread operator = new Thread(() -> {
            while (!done.isDone()) {
                server.execute(
                        "postgres",
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database
                                + "' AND state IN ('active', 'idle in transaction')"); // others may just log in
                Await.pass(Duration.ofMillis(random.nextInt(60)));
            }
        });
        operator.start();
        try {
            feed(archive, 1, 300);
        } finally {
            done.complete(null);
        }
        join(operator);
        assertThat(Await.until(() -> settled(archive.positions(List.of(ROOM.stream())))))
                .isTrue();
        assertEntries(archive, 3_000);
        assertThat(server.ask(database, "SELECT count(*) FROM portcullis.entry"))
                .containsExactly("3000");
    }

    /** As in an empty database that an operator made in the place of a lost one. */
    @Test
    void tables_that_are_gone_are_made_again_by_a_node_that_runs() {
        PostgresArchive archive = open();
        feed(archive, 1, 20);
        server.execute(database, "DROP SCHEMA portcullis CASCADE");
        assertThatThrownBy(() -> done(archive.positions(List.of(ROOM.stream()))))
                .isInstanceOf(StoreFailure.class);
        assertThat(Await.until(() -> settled(archive.positions(List.of(ROOM.stream())))))
                .isTrue();
        feed(archive, 1, 20);
        assertEntries(archive, 200);
    }

    @Test
    void server_that_is_killed_has_what_it_confirmed_and_is_used_again() {
        PostgresArchive archive = open(LONG_MS);
        feed(archive, 1, 20);
        server.kill();
        assertThatThrownBy(() -> done(archive.add(List.of(ROOM.part(201, 210)))))
                .isInstanceOf(StoreFailure.class);
        assertThat(Await.until(() -> !archive.answers() || !settled(archive.after(ROOM.stream(), 0, ALL))))
                .isTrue();
        server.restart();
        assertThat(Await.until(() -> settled(archive.positions(List.of(ROOM.stream())))))
                .isTrue();
        feed(archive, 21, 30);
        assertEntries(archive, 300);
        assertThat(archive.answers()).isTrue();
    }

    @Test
    void calls_to_a_server_that_stands_still_end_in_time_and_then_at_once() {
        PostgresArchive archive = open(SHORT_MS);
        feed(archive, 1, 1);
        server.pause();
        try {
            long begun = System.nanoTime();
            List<Future<?>> calls = IntStream.range(0, 20)
                    .<Future<?>>mapToObj(any -> archive.after(ROOM.stream(), 0, ALL))
                    .toList();
            assertThat(calls)
                    .allSatisfy(each -> assertThatThrownBy(() -> done(each)).isInstanceOf(StoreFailure.class));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
            assertThat(Await.until(() -> !archive.answers() || settled(archive.after(ROOM.stream(), 0, ALL))))
                    .isTrue();
            assertThatThrownBy(() -> done(archive.after(ROOM.stream(), 0, ALL)))
                    .isInstanceOfSatisfying(
                            StoreFailure.class,
                            failure -> assertThat(failure.isNotApplied()).isTrue());
        } finally {
            server.goOn();
        }
        assertThat(Await.until(() -> settled(archive.after(ROOM.stream(), 0, ALL))))
                .isTrue();
        assertEntries(archive, 10);
    }

    @Test
    void node_starts_while_the_server_is_away_and_uses_it_later() {
        server.kill();
        PostgresArchive archive = open(SHORT_MS);
        assertThat(archive.answers()).isFalse();
        assertThat(settled(archive.positions(List.of(ROOM.stream())))).isFalse();
        server.restart();
        assertThat(Await.until(() -> settled(archive.positions(List.of(ROOM.stream())))))
                .isTrue();
        feed(archive, 1, 1);
        assertEntries(archive, 10);
    }

    @Test
    void server_without_a_free_connection_is_used_once_it_has_one() throws SQLException {
        List<Connection> hogs = new ArrayList<>();
        try {
            for (int i = 0; i < 12; i++) {
                hogs.add(server.connect("postgres"));
            }
        } catch (SQLException full) {
            assertThat(full.getSQLState()).isEqualTo("53300");
        }
        PostgresArchive archive = open(SHORT_MS);
        assertThat(settled(archive.positions(List.of(ROOM.stream())))).isFalse();
        for (Connection each : hogs) {
            each.close();
        }
        assertThat(Await.until(() -> settled(archive.positions(List.of(ROOM.stream())))))
                .isTrue();
    }

    @Test
    void server_that_only_reads_answers_reads() {
        PostgresArchive archive = open();
        feed(archive, 1, 1);
        server.execute("postgres", "ALTER DATABASE " + database + " SET default_transaction_read_only = on");
        endConnections();
        assertThat(Await.until(() -> settled(archive.after(ROOM.stream(), 0, ALL))))
                .isTrue();
        assertThatThrownBy(() -> done(archive.add(List.of(ROOM.part(11, 20)))))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("25006");
        assertEntries(archive, 10);
        server.execute("postgres", "ALTER DATABASE " + database + " SET default_transaction_read_only = off");
        endConnections();
        feed(archive, 2, 2);
        assertEntries(archive, 20);
    }

    @Test
    void part_waits_for_the_lock_of_an_operator_no_longer_than_a_statement_may_take() throws SQLException {
        PostgresArchive archive = open(SHORT_MS);
        feed(archive, 1, 1);
        try (Connection operator = server.connect(database);
                Statement statement = operator.createStatement()) {
            operator.setAutoCommit(false);
            statement.execute("LOCK TABLE portcullis.stream");
            assertThatThrownBy(() -> done(archive.add(List.of(ROOM.part(11, 20)))))
                    .isInstanceOf(StoreFailure.class)
                    .hasMessageContaining("57014");
            operator.rollback();
        }
        feed(archive, 2, 2);
        assertEntries(archive, 20);
    }

    @Test
    void more_calls_than_may_wait_fail_at_once() throws SQLException {
        PostgresConfig few = PostgresArchives.withDeadlines(server.uri(database), SHORT_MS, 5_000);
        PostgresArchive archive = keep(done(PostgresArchive.open(
                vertx,
                new PostgresConfig(
                        few.servers(), few.database(), few.user(), few.password(), few.tls(), 2, 4, SHORT_MS, 5_000),
                any -> {})));
        feed(archive, 1, 1);
        try (Connection operator = server.connect(database);
                Statement statement = operator.createStatement()) {
            operator.setAutoCommit(false);
            statement.execute("LOCK TABLE portcullis.stream");
            List<Future<?>> calls = IntStream.range(0, 30)
                    .<Future<?>>mapToObj(any -> archive.after(ROOM.stream(), 0, ALL))
                    .toList();
            assertThat(Await.until(() -> calls.stream().filter(Future::failed).count() >= 20))
                    .isTrue();
            assertThat(calls.stream().filter(each -> !each.isComplete())).isNotEmpty();
            operator.rollback();
            assertThat(Await.until(() -> calls.stream().allMatch(Future::isComplete)))
                    .isTrue();
        }
        assertThat(Await.until(() -> settled(archive.after(ROOM.stream(), 0, ALL))))
                .isTrue();
    }

    private void endConnections() {
        server.execute(
                "postgres",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database + "'");
    }

    private static ArchivedRoom other(int number) {
        return ArchivedRoom.of("other-" + number, 0);
    }

    private PostgresArchive open() {
        return keep(done(PostgresArchive.open(vertx, PostgresArchives.patient(server.uri(database)), any -> {})));
    }

    private PostgresArchive open(long deadlineMs) {
        return keep(done(PostgresArchive.open(
                vertx, PostgresArchives.withDeadlines(server.uri(database), deadlineMs, deadlineMs), any -> {})));
    }

    private PostgresArchive keep(PostgresArchive archive) {
        opened.add(archive);
        return archive;
    }

    /** Adds parts of ten entries as a feeder does: from the archive's position on, and again after each failure. */
    private static void feed(PostgresArchive archive, int from, int to) {
        for (int i = from; i <= to; i++) {
            ArchivePart part = ROOM.part(10L * i - 9, 10L * i);
            assertThat(Await.until(() -> settled(archive.positions(List.of(ROOM.stream()))
                            .compose(at -> at.get(0).equals(part.to())
                                    ? Future.succeededFuture()
                                    : archive.add(List.of(part)).mapEmpty()))))
                    .isTrue();
        }
    }

    private static boolean settled(Future<?> call) {
        return done(call.map(true).otherwise(false));
    }

    private static void assertEntries(PostgresArchive archive, int count) {
        assertThat(done(archive.after(ROOM.stream(), 0, ALL)).entries().stream().map(StreamEntry::position))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, count).mapToObj(ROOM::at).toList());
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
