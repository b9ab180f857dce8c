package dev.portcullis.streams.redis;

import static dev.portcullis.streams.StreamStoreContract.ANN;
import static dev.portcullis.streams.StreamStoreContract.LOBBY;
import static dev.portcullis.streams.StreamStoreContract.PLENTY;
import static dev.portcullis.streams.StreamStoreContract.seqs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.Position;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamInvariants;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.lane.LaneStore;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.LeaseHolder;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Streams after another Redis has taken over, or the same Redis has lost data. */
class RedisForksTest {
    private static final long DAY = TimeUnit.DAYS.toMillis(1);

    @AutoClose
    private final RedisProcess redis = RedisProcess.start("--save", "", "--repl-diskless-sync", "no");

    private final SettableClock clock = new SettableClock();
    private final List<RedisStreamsFixture> lives = new ArrayList<>();

    @AfterEach
    void close() {
        lives.forEach(RedisStreamsFixture::close);
    }

    @Test
    void promoted_replica_resumes_exactly_what_it_has() throws Exception {
        RedisStreamsFixture master = open(redis);
        try (RedisProcess second = RedisProcess.start("--replicaof", "127.0.0.1", "" + redis.port())) {
            RedisConsole operator = new RedisConsole(second);
            Position below = append(master, "m1");
            Position at = append(master, "m2");
            awaitHead(operator, 2);
            operator.ask("REPLICAOF", "127.0.0.1", "1"); // disconnected, as by a broken network
            Position above = append(master, "m3");
            operator.ask("REPLICAOF", "NO", "ONE");
            RedisStreamsFixture replica = open(second);
            Position next = append(replica, "m3 again");
            assertThat(next.seq()).isEqualTo(3);
            assertThat(next.epoch()).isNotEqualTo(above.epoch());
            assertThat(seqs(resume(replica, below))).containsExactly(2L, 3L);
            assertThat(seqs(resume(replica, at))).containsExactly(3L);
            assertThat(resume(replica, above).exact()).isFalse();
            assertThat(resume(replica, above).head()).isEqualTo(next);
        }
    }

    /** A connection survives its server's promotion, so no id remembered for the connection may be trusted. */
    @Test
    void fork_is_noticed_on_an_open_connection() throws Exception {
        RedisStreamsFixture life = open(redis);
        Position before = append(life, "m1");
        assertThat(await(life.streams().after(LOBBY, 0, PLENTY)).head()).isEqualTo(before);
        new RedisConsole(redis).ask("DEBUG", "CHANGE-REPL-ID");
        Position after = await(life.streams().head(LOBBY));
        assertThat(after.seq()).isEqualTo(1);
        assertThat(after.epoch()).isNotEqualTo(before.epoch());
        assertThat(resume(life, before).exact()).isTrue();
    }

    @Test
    void emptied_redis_starts_again_and_recovers_no_former_position() throws Exception {
        RedisStreamsFixture life = open(redis);
        Position untouched = await(life.streams().head(LOBBY));
        Position first = append(life, "m1");
        append(life, "m2");
        new RedisConsole(redis).ask("FLUSHALL");
        Position head = await(life.streams().head(LOBBY));
        assertThat(head.seq()).isZero();
        Position again = append(life, "m1 again");
        assertThat(again).isEqualTo(new Position(head.epoch(), 1));
        assertThat(again.epoch()).isNotEqualTo(first.epoch());
        assertThat(resume(life, first).exact()).isFalse();
        assertThat(resume(life, untouched).exact()).isFalse();
        assertThat(seqs(resume(life, head))).containsExactly(1L);
    }

    @Test
    void older_file_resumes_exactly_what_it_has_and_repeats_no_position() throws Exception {
        RedisStreamsFixture before = open(redis);
        RedisConsole operator = new RedisConsole(redis);
        StreamInvariants streams = new StreamInvariants(before.streams());
        Position first = position(await(streams.append(message("m1"))));
        operator.ask("SAVE");
        Path file = redis.folder().resolve("dump.rdb");
        Path older = redis.folder().resolve("older.rdb");
        Files.copy(file, older, StandardCopyOption.REPLACE_EXISTING);
        Position second = position(await(streams.append(message("m2"))));
        Position third = position(await(streams.append(message("m3"))));
        before.close();
        lives.remove(before);
        redis.kill();
        Files.copy(older, file, StandardCopyOption.REPLACE_EXISTING);
        redis.restart();
        RedisStreamsFixture after = open(redis);
        streams.watch(after.streams());
        assertThat(await(streams.head(LOBBY)).seq()).isEqualTo(1);
        position(await(streams.append(message("m2 again"))));
        assertThat(seqs(await(streams.resume(LOBBY, Optional.of(first), PLENTY))))
                .containsExactly(2L);
        assertThat(await(streams.resume(LOBBY, Optional.of(second), PLENTY)).exact())
                .isFalse();
        assertThat(await(streams.resume(LOBBY, Optional.of(third), PLENTY)).exact())
                .isFalse();
        streams.check();
    }

    @Test
    void retry_after_a_fork_gets_its_acknowledged_position() throws Exception {
        RedisStreamsFixture life = open(redis);
        AppendRequest append = keyed("id1", "m1");
        Position position = position(await(life.streams().append(append)));
        forkAll();
        append(life, "m2");
        assertThat(await(life.streams().append(append))).isEqualTo(new AppendResult.Duplicate("message", position));
    }

    @Test
    void tick_forks_the_lane_as_an_append_does() throws Exception {
        RedisStreamsFixture life = open(redis);
        Position position = append(life, "m1");
        forkAll();
        LaneStore.LaneTick tick = await(
                        life.lanes().tick(new LeaseHolder("n:1", 0), List.of(LaneCursor.unknown(LOBBY.lane()))))
                .get(0);
        Position head = await(life.streams().head(LOBBY));
        assertThat(head).isEqualTo(new Position(tick.cursor().fork(), 1));
        assertThat(resume(life, position).exact()).isTrue();
    }

    /** A record is kept for 31 days after its entries. The epoch of streams without a record has changed by then. */
    @Test
    void forgotten_stream_never_gets_a_former_epoch_again() throws Exception {
        RedisStreamsFixture life = open(redis);
        RedisConsole operator = new RedisConsole(redis);
        Position empty = await(life.streams().head(LOBBY));
        Position first = append(life, "m1");
        clock.pass(32 * DAY);
        operator.ask("DEL", key("m:" + LOBBY.value()), key("e:" + LOBBY.value()));
        Position again = append(life, "another m1");
        assertThat(again.seq()).isEqualTo(1);
        assertThat(again.epoch()).isNotEqualTo(first.epoch());
        assertThat(resume(life, empty).exact()).isFalse();
        assertThat(resume(life, first).exact()).isFalse();
    }

    @Test
    void empty_stream_resumes_exactly_while_its_epoch_changes() throws Exception {
        RedisStreamsFixture life = open(redis);
        Position empty = await(life.streams().head(LOBBY));
        LaneCursor cursor = LaneCursor.unknown(LOBBY.lane());
        for (int day = 0; day < 24; day++) {
            clock.pass(DAY);
            cursor = await(life.lanes().tick(new LeaseHolder("n:1", 0), List.of(cursor)))
                    .get(0)
                    .cursor();
        }
        assertThat(await(life.streams().head(LOBBY)).epoch()).isNotEqualTo(empty.epoch());
        append(life, "m1");
        assertThat(seqs(resume(life, empty))).containsExactly(1L);
    }

    @Test
    void records_expire_in_redis_a_month_after_their_entries() throws Exception {
        RedisStreamsFixture life = open(redis);
        RedisConsole operator = new RedisConsole(redis);
        await(life.streams().append(keyed("id1", "m1")));
        assertThat(operator.count("PTTL", key("e:" + LOBBY.value()))).isBetween(DAY - 60_000, DAY);
        assertThat(operator.count("PTTL", key("m:" + LOBBY.value()))).isBetween(32 * DAY - 60_000, 32 * DAY);
        assertThat(operator.count("PTTL", key("ka")))
                .isBetween(TimeUnit.MINUTES.toMillis(19), TimeUnit.MINUTES.toMillis(20));
    }

    @Test
    void record_is_renewed_by_the_first_append_of_each_hour() throws Exception {
        RedisStreamsFixture life = open(redis);
        RedisConsole operator = new RedisConsole(redis);
        String record = key("m:" + LOBBY.value());
        await(life.streams().append(keyed("id1", "m1")));
        operator.ask("PEXPIRE", record, Long.toString(32 * DAY - TimeUnit.MINUTES.toMillis(30)));
        clock.pass(TimeUnit.MINUTES.toMillis(30));
        await(life.streams().append(keyed("id2", "m2")));
        assertThat(operator.count("PTTL", record)).isBetween(31 * DAY, 32 * DAY - TimeUnit.MINUTES.toMillis(30));
        clock.pass(TimeUnit.MINUTES.toMillis(30));
        await(life.streams().append(keyed("id3", "m3")));
        assertThat(operator.count("PTTL", record)).isBetween(32 * DAY - 60_000, 32 * DAY);
    }

    /** Changes the server's id, as a promotion does. */
    private void forkAll() {
        RedisConsole operator = new RedisConsole(redis);
        String before = operator.ask("INFO", "replication");
        operator.ask("REPLICAOF", "127.0.0.1", "1");
        operator.ask("REPLICAOF", "NO", "ONE");
        assertThat(operator.ask("INFO", "replication")).isNotEqualTo(before);
    }

    private RedisStreamsFixture open(RedisProcess process) throws Exception {
        RedisStreamsFixture life = RedisStreamsFixture.open(process, clock);
        lives.add(life);
        return life;
    }

    private static void awaitHead(RedisConsole replica, long head) {
        assertThat(Await.until(() -> replica.count("HGET", key("m:" + LOBBY.value()), "head") == head))
                .isTrue();
    }

    private static String key(String part) {
        return RedisKeys.of(LOBBY.lane(), part);
    }

    private static Position append(RedisStreamsFixture life, String body) throws Exception {
        return position(await(life.streams().append(message(body))));
    }

    private static Slice resume(RedisStreamsFixture life, Position since) throws Exception {
        return await(life.streams().resume(LOBBY, Optional.of(since), PLENTY));
    }

    private static Position position(AppendResult outcome) {
        assertThat(outcome).isInstanceOf(AppendResult.Stored.class);
        return ((AppendResult.Stored) outcome).entry().position();
    }

    private static AppendRequest message(String body) {
        return new AppendRequest(
                LOBBY,
                StreamStoreContract.KEPT,
                0,
                body.getBytes(StandardCharsets.UTF_8),
                Optional.of(ANN),
                Optional.empty(),
                Long.MAX_VALUE);
    }

    private static AppendRequest keyed(String id, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new AppendRequest(
                LOBBY,
                StreamStoreContract.KEPT,
                0,
                bytes,
                Optional.of(ANN),
                Optional.of(new AppendRequest.IdempotencyKey(ANN, "chat", id, bytes, "message")),
                Long.MAX_VALUE);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
