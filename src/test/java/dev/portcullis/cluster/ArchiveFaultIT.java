package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.Faults.Injection;
import dev.portcullis.cluster.history.Counts;
import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.NodeFork;
import dev.portcullis.cluster.kit.Trial;
import dev.portcullis.cluster.workload.Workload;
import dev.portcullis.kit.ArchiveRows;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.kit.RoomHistory;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * PostgreSQL, a node that feeds it, or Redis fails under load on three nodes, whose windows are so small that clients need the archive
 * to catch up. Nothing acknowledged is lost or doubled, and afterwards the archive has all of it, without anybody's help.
 */
@Tag("faults")
class ArchiveFaultIT {
    private static final int ACKS = 500;
    private static final int SOME = 200;

    /** Only the server may close a connection. */
    private static final int PATIENCE_MS = 30_000;

    @TempDir
    static Path folder;

    private static PostgresServer postgres;
    private static ArchiveRows archive;
    private static ForkedCluster cluster;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    private final Set<String> earlier = new HashSet<>();
    private TestInfo test;

    @BeforeAll
    static void start() throws Exception {
        postgres = PostgresServer.start("fsync=on");
        String database = postgres.newDatabase();
        archive = new ArchiveRows(postgres, database);
        cluster = ForkedCluster.start(
                folder,
                "archive.kind=postgres",
                "archive.postgres.uri=" + postgres.uri(database),
                "archive.postgres.statementMs=5000",
                "streams.room.entries=20");
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @BeforeEach
    void heal(TestInfo info) throws Exception {
        test = info;
        cluster.heal();
        earlier.addAll(rooms());
    }

    @Test
    void clients_catch_up_out_of_the_archive() throws Exception {
        Counts counts = check((nodes, workload) -> {
            for (int i = 0; i < 3; i++) {
                comeAndGo(workload);
            }
        });
        assertThat(counts.lost()).as("positions that were lost").isZero();
        assertComplete();
    }

    @Test
    void nothing_is_lost_while_postgresql_is_dead() throws Exception {
        check((nodes, workload) -> {
            postgres.kill();
            comeAndGo(workload);
            postgres.restart();
        });
        assertComplete();
    }

    @Test
    void nothing_is_lost_while_postgresql_stands_still() throws Exception {
        check((nodes, workload) -> {
            postgres.pause();
            comeAndGo(workload);
            postgres.goOn();
        });
        assertComplete();
    }

    @Test
    void nothing_is_lost_while_postgresql_takes_no_writes() throws Exception {
        check((nodes, workload) -> {
            postgres.execute("postgres", "ALTER SYSTEM SET default_transaction_read_only = on");
            postgres.execute("postgres", "SELECT pg_reload_conf()");
            comeAndGo(workload);
            postgres.execute("postgres", "ALTER SYSTEM RESET default_transaction_read_only");
            postgres.execute("postgres", "SELECT pg_reload_conf()");
        });
        assertComplete();
    }

    @Test
    void each_entry_is_archived_once_when_nodes_that_feed_are_killed() throws Exception {
        check((nodes, workload) -> {
            for (int i : List.of(0, 2)) {
                Faults.killed(i).inject(nodes, workload);
                comeAndGo(workload);
            }
        });
        assertComplete();
    }

    @Test
    void each_entry_is_archived_once_when_a_node_that_feeds_stands_still_for_a_while() throws Exception {
        check(Faults.paused(2, 12));
        assertComplete();
    }

    /** The streams go on with another epoch at what the replica has, and the archive has been ahead of it. */
    @Test
    void loss_of_redis_is_told_and_no_position_of_the_archive_means_two_things() throws Exception {
        Counts counts = check((nodes, workload) -> {
            StoreFaults.failedOver(nodes, workload);
            comeAndGo(workload);
        });
        assertThat(counts.forgotten()).as("entries that Redis lost").isPositive();
        assertComplete();
    }

    private Counts check(Injection injection) throws Exception {
        Workload.Plan plan = Workload.Plan.seeded(seed).withPatience(PATIENCE_MS);
        Trial trial = new Trial(test.getDisplayName(), plan, cluster.edgeNodes(), cluster.nodes());
        Counts counts = trial.run(ACKS, workload -> injection.inject(cluster, workload));
        cluster.awaitReady();
        return counts;
    }

    /** Clients miss more than a window, while the others go on. */
    private static void comeAndGo(Workload workload) {
        for (int i = 0; i < 2; i++) {
            workload.disconnect(8);
            assertThat(workload.awaitAcks(SOME, Trial.PATIENCE))
                    .as("the cluster serves")
                    .isTrue();
        }
    }

    private static Set<String> rooms() {
        return Set.copyOf(
                postgres.ask(archive.database(), "SELECT name FROM portcullis.stream WHERE name LIKE 'room:load-%'"));
    }

    /** Both edges show all of the rooms of this test, and the archive gets each of these entries once. */
    private void assertComplete() {
        assertThat(Await.until(() -> rooms().size() > earlier.size(), Trial.PATIENCE))
                .isTrue();
        Set<String> rooms = new HashSet<>(rooms());
        rooms.removeAll(earlier);
        for (String stream : rooms) {
            String room = stream.substring("room:".length());
            long head = 0;
            for (NodeFork edge : cluster.edgeNodes()) {
                try (ChatPeer reader = edge.enter("reader")) {
                    head = reader.join(room).getLong("seq");
                    assertThat(RoomHistory.seqsBefore(reader, room, head + 1))
                            .as("history of %s by %s", room, edge.name())
                            .containsExactlyElementsOf(
                                    LongStream.rangeClosed(1, head).boxed().toList());
                }
            }
            archive.awaitAll(stream, head);
        }
    }
}
