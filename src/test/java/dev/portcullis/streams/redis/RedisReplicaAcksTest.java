package dev.portcullis.streams.redis;

import static dev.portcullis.streams.StreamStoreContract.ANN;
import static dev.portcullis.streams.StreamStoreContract.KEPT;
import static dev.portcullis.streams.StreamStoreContract.LOBBY;
import static dev.portcullis.streams.StreamStoreContract.PLENTY;
import static dev.portcullis.streams.StreamStoreContract.seqs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisConfig.Topology;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.redis.ReplicaAcks;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Appends that wait for a replica, which is paused at times. A store that is asked twice is one that repeats what is unknown. */
@ExtendWith(VertxExtension.class)
class RedisReplicaAcksTest {
    private static final int LONG_MS = 30_000;

    /** The replica is paused: no answer comes for however long. */
    private static final int SHORT_MS = 100;

    private final List<RedisStore> opened = new ArrayList<>();
    private Vertx vertx;
    private RedisProcess master;
    private RedisProcess replica;

    @BeforeEach
    void start(Vertx vertx) {
        this.vertx = vertx;
        master = RedisProcess.start();
        replica = follower();
    }

    @AfterEach
    void close() throws Exception {
        for (RedisStore each : opened) {
            await(each.close());
        }
        replica.close();
        master.close();
    }

    @Test
    void append_is_answered_when_the_replica_has_it() throws Exception {
        RedisStreamStore streams = open(1, LONG_MS);
        replica.pause();
        Future<AppendResult> append = streams.append(message("m1"));
        assertThat(Await.until(() -> head(master) == 1)).isTrue();
        assertThat(append.isComplete()).isFalse();
        replica.goOn();
        assertThat(await(append)).isInstanceOf(AppendResult.Stored.class);
        assertThat(head(replica)).isEqualTo(1);
    }

    /** The repetition finds the key and writes nothing, so the ack must not rest on what its own connection wrote. */
    @Test
    void repetition_by_another_node_is_not_answered_before_the_replica_has_the_first_append() throws Exception {
        RedisStreamStore first = open(1, SHORT_MS);
        RedisStreamStore other = open(1, LONG_MS);
        replica.pause();
        assertThat(failure(first.append(message("m1"))).isNotApplied()).isFalse();
        Future<AppendResult> again = other.append(message("m1"));
        assertThat(seqs(await(other.after(LOBBY, 0, PLENTY)))).containsExactly(1L); // read behind the repetition
        assertThat(again.isComplete()).isFalse();
        replica.goOn();
        assertThat(await(again)).isInstanceOf(AppendResult.Duplicate.class);
        assertThat(seqs(await(other.after(LOBBY, 0, PLENTY)))).containsExactly(1L);
    }

    @Test
    void too_few_replicas_refuse_what_was_not_written_until_they_are_back() throws Exception {
        RedisStreamStore streams = open(1, SHORT_MS);
        RedisStore store = opened.get(0);
        replica.pause();
        assertThat(failure(streams.append(message("m1"))).isNotApplied()).isFalse();
        assertThat(Await.until(() -> store.lanesShortOfReplicas() == 256)).isTrue();
        assertThat(failure(streams.append(message("m2"))).isNotApplied()).isTrue();
        assertThat(head(master)).isEqualTo(1);
        assertThat(store.unconfirmedAppends()).isEqualTo(2);
        replica.goOn();
        assertThat(Await.until(() -> store.lanesShortOfReplicas() == 0)).isTrue();
        assertThat(Await.until(() -> streams.append(message("m2"))
                        .otherwiseEmpty()
                        .map(AppendResult.Stored.class::isInstance)
                        .await()))
                .isTrue();
        assertThat(store.confirmedAppends()).isPositive();
    }

    @Test
    void master_with_one_replica_confirms_nothing_where_two_are_wanted() throws Exception {
        RedisStreamStore streams = open(2, SHORT_MS);
        assertThat(failure(streams.append(message("m1")))).isNotNull();
        try (RedisProcess second = follower()) {
            assertThat(Await.until(() -> opened.get(0).lanesShortOfReplicas() == 0))
                    .isTrue();
            assertThat(Await.until(() -> !streams.append(message("m1"))
                            .transform(done -> Future.succeededFuture(done.failed()))
                            .await()))
                    .isTrue();
            assertThat(head(second)).isEqualTo(1);
        }
    }

    /** As after a failover between the append and the wait: the new master has replicas, and maybe not the entry. */
    @Test
    void confirmation_of_a_server_with_another_history_is_not_taken() throws Exception {
        RedisStreamStore streams = open(1, LONG_MS);
        replica.pause();
        Future<AppendResult> append = streams.append(message("m1"));
        assertThat(Await.until(() -> head(master) == 1)).isTrue();
        Future<AppendResult> behind = streams.append(message("m2")); // its confirmation is written later
        assertThat(Await.until(() -> head(master) == 2)).isTrue();
        Future<AppendResult> later = streams.append(message("m3"));
        assertThat(Await.until(() -> head(master) == 3)).isTrue();
        new RedisConsole(master).ask("DEBUG", "CHANGE-REPL-ID");
        replica.goOn();
        assertThat(await(append)).isInstanceOf(AppendResult.Stored.class);
        assertThat(await(behind)).isInstanceOf(AppendResult.Stored.class);
        assertThat(failure(later).isNotApplied()).isFalse();
        assertThat(await(streams.append(message("m3")))).isInstanceOf(AppendResult.Duplicate.class);
        assertThat(seqs(await(streams.after(LOBBY, 0, PLENTY)))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void appends_that_arrive_together_share_a_wait() throws Exception {
        RedisStreamStore streams = open(1, LONG_MS);
        await(streams.append(message("first")));
        RedisConsole console = new RedisConsole(master);
        long before = console.calls("wait");
        List<Future<AppendResult>> appends = IntStream.range(0, 500)
                .mapToObj(i -> streams.append(message("m" + i)))
                .toList();
        await(Future.all(appends));
        assertThat(console.calls("wait") - before).isLessThan(100);
    }

    @Test
    void cutoff_waits_for_no_replica() throws Exception {
        RedisStreamStore streams = open(1, SHORT_MS);
        replica.pause();
        failure(streams.append(message("m1")));
        StreamName cutoffs = StreamName.cutoffs(7);
        assertThat(await(streams.append(message(cutoffs, "c1")))).isInstanceOf(AppendResult.Stored.class);
    }

    @Test
    void nothing_waits_where_no_replica_is_wanted() throws Exception {
        RedisStreamStore streams = open(0, SHORT_MS);
        replica.pause();
        assertThat(await(streams.append(message("m1")))).isInstanceOf(AppendResult.Stored.class);
        assertThat(new RedisConsole(master).calls("wait")).isZero();
        assertThat(new RedisConsole(master).ask("KEYS", "*:held")).isEmpty();
    }

    @Test
    void answer_comes_on_the_context_of_its_caller() throws Exception {
        RedisStreamStore streams = open(1, LONG_MS);
        RedisStreamStore impatient = open(1, SHORT_MS);
        Context context = vertx.getOrCreateContext();
        assertThat(contextOfAnswer(context, streams)).isSameAs(context);
        replica.pause();
        assertThat(contextOfAnswer(context, impatient)).as("of a failure").isSameAs(context);
    }

    @Test
    void scripts_that_were_flushed_are_loaded_again() throws Exception {
        RedisStreamStore streams = open(1, LONG_MS);
        new RedisConsole(master).ask("SCRIPT", "FLUSH");
        assertThat(await(streams.append(message("m1")))).isInstanceOf(AppendResult.Stored.class);
    }

    private static Context contextOfAnswer(Context context, RedisStreamStore streams) throws Exception {
        CompletableFuture<Context> answered = new CompletableFuture<>();
        context.runOnContext(
                any -> streams.append(message("m1")).onComplete(answer -> answered.complete(Vertx.currentContext())));
        return answered.get(60, TimeUnit.SECONDS);
    }

    private RedisStreamStore open(int replicas, int ms) throws Exception {
        RedisStore store = RedisStores.open(
                vertx, RedisStores.patient(master, Topology.STANDALONE).with(new ReplicaAcks(replicas, ms)));
        opened.add(store);
        return new RedisStreamStore(store);
    }

    /** Returns when the replica follows. */
    private RedisProcess follower() {
        RedisConsole console = new RedisConsole(master);
        long before = console.replication("connected_slaves");
        RedisProcess follower = RedisProcess.start("--replicaof", "127.0.0.1", "" + master.port());
        assertThat(Await.until(() -> console.replication("connected_slaves") == before + 1
                        && new RedisConsole(follower).ask("INFO", "replication").contains("master_link_status:up")))
                .isTrue();
        return follower;
    }

    private static long head(RedisProcess redis) {
        return new RedisConsole(redis).count("HGET", RedisKeys.of(LOBBY.lane(), "m", LOBBY.value()), "head");
    }

    private static AppendRequest message(String body) {
        return message(LOBBY, body);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(60, TimeUnit.SECONDS);
    }

    private static StoreFailure failure(Future<?> failing) {
        assertThat(Await.until(failing::isComplete)).isTrue();
        assertThat(failing.cause()).isInstanceOf(StoreFailure.class);
        return (StoreFailure) failing.cause();
    }

    private static AppendRequest message(StreamName stream, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new AppendRequest(
                stream,
                KEPT,
                0,
                bytes,
                Optional.of(ANN),
                Optional.of(new AppendRequest.IdempotencyKey(ANN, "chat", body, bytes, "message")),
                Long.MAX_VALUE);
    }
}
