package dev.portcullis.streams.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.lane.LaneStore;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.LaneTick;
import dev.portcullis.streams.lane.LaneStore.Lease;
import dev.portcullis.streams.lane.LaneStore.LeaseHolder;
import dev.portcullis.streams.lane.LaneStore.Moved;
import dev.portcullis.streams.lane.LaneStoreContract;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisLaneStoreTest extends LaneStoreContract {
    private static final List<StreamName> STREAMS = Stream.iterate(0, i -> i + 1)
            .map(i -> StreamName.room(new RoomId("room" + i)))
            .filter(stream -> stream.lane() == LANE)
            .limit(2_050)
            .toList();

    private static RedisProcess redis;

    private RedisLife life;
    private RedisConsole raw;

    @BeforeAll
    static void start() {
        redis = RedisProcess.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void open() throws Exception {
        life = RedisLife.open(redis, clock);
        raw = new RedisConsole(redis);
        raw.ask("FLUSHALL");
    }

    @AfterEach
    void close() {
        life.close();
    }

    @Override
    public LaneStore lanes() {
        return life.lanes();
    }

    @Override
    public StreamStore streams() {
        return life.streams();
    }

    @Test
    void the_first_tick_knows_nothing_and_the_next_ones_tell_what_moved_since() throws Exception {
        append(STREAMS.get(0));
        LaneTick first = tick("n:1", 0, LaneCursor.unknown(LANE));
        assertThat(first.complete()).isFalse();
        assertThat(first.moved()).isEmpty();
        LaneTick quiet = tick("n:1", 1_000, first.cursor());
        assertThat(quiet.complete()).isTrue();
        assertThat(quiet.moved()).isEmpty();
        long one = append(STREAMS.get(1)).laneSeq();
        append(STREAMS.get(2));
        long two = append(STREAMS.get(2)).laneSeq();
        LaneTick news = tick("n:1", 1_000, quiet.cursor());
        assertThat(news.complete()).isTrue();
        assertThat(news.moved()).containsExactly(new Moved(STREAMS.get(1), one), new Moved(STREAMS.get(2), two));
        assertThat(tick("n:1", 1_000, news.cursor()).moved()).isEmpty();
    }

    @Test
    void the_turn_of_an_append_is_the_one_that_a_read_shows() throws Exception {
        StreamEntry entry = append(STREAMS.get(0));
        append(STREAMS.get(1));
        Slice read = await(life.streams().after(STREAMS.get(0), 0, StreamStoreContract.PLENTY));
        assertThat(read.laneSeq()).isEqualTo(entry.laneSeq()).isPositive();
    }

    @Test
    void more_names_than_one_answer_holds_are_not_told_but_admitted() throws Exception {
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        appendAll(STREAMS.subList(0, 2_000));
        LaneTick all = tick("n:1", 1_000, before.cursor());
        assertThat(all.complete()).isTrue();
        assertThat(all.moved()).hasSize(2_000);
        append(STREAMS.get(2_000));
        LaneTick more = tick("n:1", 1_000, before.cursor());
        assertThat(more.complete()).isFalse();
        assertThat(more.moved()).isEmpty();
        assertThat(tick("n:1", 1_000, more.cursor()).complete()).isTrue();
    }

    @Test
    void what_moved_before_the_oldest_name_kept_is_not_told_but_admitted() throws Exception {
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        List<String> others =
                IntStream.range(0, 5_000).mapToObj(i -> "other" + i).toList();
        List<String> add = new ArrayList<>(List.of("ZADD", key("moved")));
        others.forEach(name -> add.addAll(List.of("" + add.size(), name)));
        raw.ask(add.toArray(String[]::new));
        raw.ask("HSET", key("lane"), "ctr", "20031");
        append(STREAMS.get(0)); // turn 20,032, a multiple of 64
        assertThat(raw.count("ZCARD", key("moved"))).isEqualTo(4_096);
        LaneTick news = tick("n:1", 1_000, before.cursor());
        assertThat(news.complete()).isFalse();
        assertThat(tick("n:1", 1_000, new LaneCursor(LANE, news.cursor().fork(), 20_031))
                        .moved())
                .containsExactly(new Moved(STREAMS.get(0), 20_032));
    }

    @Test
    void a_lane_that_forgot_all_says_so_and_takes_the_lease_anew() throws Exception {
        append(STREAMS.get(0));
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        raw.ask("FLUSHALL");
        clock.pass(1_000);
        LaneTick after = tick("n:1", 1_000, before.cursor());
        assertThat(after.lease()).isEqualTo(Lease.ACQUIRED);
        assertThat(after.survived()).isZero();
        assertThat(after.complete()).isFalse();
        assertThat(after.cursor().fork()).isNotEqualTo(before.cursor().fork());
        assertThat(tick("n:1", 1_000, after.cursor()).lease()).isEqualTo(Lease.HELD);
    }

    @Test
    void a_lease_that_came_through_a_fork_tells_when_it_was_renewed() throws Exception {
        LaneTick first = tick("n:1", 0, LaneCursor.unknown(LANE));
        clock.pass(1_000);
        LaneTick before = tick("n:1", 1_000, first.cursor());
        assertThat(before.survived()).isZero();
        clock.pass(500);
        fork();
        LaneTick after = tick("n:1", 500, before.cursor());
        assertThat(after.lease()).isEqualTo(Lease.ACQUIRED);
        assertThat(after.survived()).isEqualTo(before.storeMillis());
        clock.pass(500);
        assertThat(tick("n:1", 500, after.cursor()).survived()).isZero();
    }

    /** Also where the lane was forked by somebody else, long before this node came. */
    @Test
    void each_node_is_told_of_its_own_lease() throws Exception {
        LaneTick mine = tick("n:1", 0, LaneCursor.unknown(LANE));
        clock.pass(300);
        LaneTick other = tick("m:1", 0, LaneCursor.unknown(LANE));
        clock.pass(300);
        fork();
        append(STREAMS.get(0));
        clock.pass(300);
        assertThat(tick("m:1", 600, other.cursor()).survived()).isEqualTo(other.storeMillis());
        clock.pass(300);
        assertThat(tick("n:1", 1_200, mine.cursor()).survived()).isEqualTo(mine.storeMillis());
    }

    /** The first tick after the fork renewed the lease, though nobody heard of it: what was lost would be taken for kept. */
    @Test
    void a_lease_that_a_lost_answer_renewed_since_the_fork_proves_nothing() throws Exception {
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        clock.pass(500);
        fork();
        tick("n:1", 500, before.cursor());
        clock.pass(500);
        LaneTick second = tick("n:1", 1_000, before.cursor());
        assertThat(second.lease()).isEqualTo(Lease.ACQUIRED);
        assertThat(second.survived()).isZero();
    }

    @Test
    void a_clock_that_is_set_back_to_the_very_time_of_a_renewal_proves_nothing() throws Exception {
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        clock.pass(5_000);
        fork();
        append(STREAMS.get(0));
        clock.pass(-5_000);
        tick("n:1", 500, before.cursor());
        assertThat(raw.count("ZSCORE", key("leases"), "n:1")).isEqualTo(before.storeMillis());
        clock.pass(500);
        LaneTick second = tick("n:1", 1_000, before.cursor());
        assertThat(second.lease()).isEqualTo(Lease.ACQUIRED);
        assertThat(second.survived()).isZero();
    }

    /** Another master's clock may be behind: then nobody can say whether a lease is from before its fork. */
    @Test
    void a_lease_from_a_time_to_come_proves_nothing() throws Exception {
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        clock.pass(-200);
        fork();
        assertThat(tick("n:1", 500, before.cursor()).survived()).isZero();
    }

    @Test
    void a_lane_that_an_earlier_release_forked_proves_nothing() throws Exception {
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        clock.pass(500);
        fork();
        append(STREAMS.get(0));
        raw.ask("HDEL", key("lane"), "forked");
        LaneTick after = tick("n:1", 500, before.cursor());
        assertThat(after.lease()).isEqualTo(Lease.ACQUIRED);
        assertThat(after.survived()).isZero();
    }

    private void fork() {
        raw.ask("DEBUG", "CHANGE-REPL-ID");
    }

    @Test
    void who_was_silent_for_too_long_while_others_lived_is_ended() throws Exception {
        LaneTick silent = tick("n:1", 0, LaneCursor.unknown(LANE));
        othersLiveFor(16);
        assertThat(leases()).as("whoever looks prunes it").doesNotContain("n:1");
        assertThat(tick("n:1", 16_000, silent.cursor()).lease()).isEqualTo(Lease.ENDED);
        assertThat(tick("n:1", 17_000, silent.cursor()).lease())
                .as("and stays so")
                .isEqualTo(Lease.ENDED);
        assertThat(tick("n:2", 0, silent.cursor()).lease()).as("its next life").isEqualTo(Lease.HELD);
    }

    @Test
    void a_lapsed_lease_that_nobody_pruned_yet_is_over_too() throws Exception {
        othersLiveFor(30); // no grace is left of the lane's beginning
        LaneTick silent = tick("n:1", 0, LaneCursor.unknown(LANE));
        for (int i = 0; i < 4; i++) {
            clock.pass(2_500);
            tick("other:1", 2_500, silent.cursor());
        }
        clock.pass(1);
        assertThat(tick("n:1", 10_001, silent.cursor()).lease()).isEqualTo(Lease.ENDED);
        assertThat(leases()).doesNotContain("n:1");
    }

    @Test
    void nobody_is_judged_for_a_while_after_the_store_was_away_from_all() throws Exception {
        LaneTick one = tick("n:1", 0, LaneCursor.unknown(LANE));
        LaneTick two = tick("m:1", 0, LaneCursor.unknown(LANE));
        clock.pass(60_000);
        assertThat(tick("m:1", 60_000, two.cursor()).lease()).isEqualTo(Lease.HELD);
        assertThat(raw.count("HGET", key("lane"), "grace")).isEqualTo(clock.getAsLong() + 10_000);
        clock.pass(9_999);
        tick("m:1", 1_000, two.cursor());
        assertThat(tick("n:1", 69_999, one.cursor()).lease()).isEqualTo(Lease.HELD);
    }

    @Test
    void who_does_not_come_back_in_that_time_is_ended() throws Exception {
        LaneTick one = tick("n:1", 0, LaneCursor.unknown(LANE));
        tick("m:1", 0, LaneCursor.unknown(LANE));
        clock.pass(60_000);
        othersLiveFor(11);
        assertThat(tick("n:1", 71_000, one.cursor()).lease()).isEqualTo(Lease.ENDED);
    }

    @Test
    void a_flush_does_not_save_who_was_dead_to_the_others_but_everybody_else() throws Exception {
        LaneTick dead = tick("n:1", 0, LaneCursor.unknown(LANE));
        LaneTick alive = tick("m:1", 0, LaneCursor.unknown(LANE));
        raw.ask("FLUSHALL");
        clock.pass(1_000);
        assertThat(tick("m:1", 1_000, alive.cursor()).lease()).isEqualTo(Lease.ACQUIRED);
        othersLiveFor(11);
        assertThat(tick("n:1", 12_000, dead.cursor()).lease()).isEqualTo(Lease.ENDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"maxmemory", "min-replicas-to-write"})
    void a_redis_that_takes_no_writes_tells_what_moved_and_the_lease_stays_as_it_was(String bound) throws Exception {
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        long renewed = clock.getAsLong();
        append(STREAMS.get(0));
        RedisConsole console = new RedisConsole(redis);
        console.ask("CONFIG", "SET", bound, "1");
        try {
            clock.pass(60_000);
            LaneTick news = tick("n:1", 60_000, before.cursor());
            assertThat(news.lease()).isEqualTo(Lease.UNRENEWED);
            assertThat(news.moved()).extracting(Moved::stream).containsExactly(STREAMS.get(0));
            assertThat(console.ask("ZSCORE", key("leases"), "n:1")).isEqualTo("" + renewed);
            assertThat(tick("m:1", 0, LaneCursor.unknown(LANE)).lease()).isEqualTo(Lease.UNRENEWED);
        } finally {
            console.ask("CONFIG", "SET", bound, "0");
        }
        clock.pass(1_000);
        assertThat(tick("n:1", 61_000, before.cursor()).lease())
                .as("nobody could renew, so nobody is judged")
                .isEqualTo(Lease.HELD);
    }

    @Test
    void a_redis_that_is_no_master_any_more_fails_the_tick() throws Exception {
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        RedisConsole console = new RedisConsole(redis);
        console.ask("REPLICAOF", "127.0.0.1", "1");
        try {
            assertThatThrownBy(() -> tick("n:1", 1_000, before.cursor()))
                    .isInstanceOf(StoreFailure.class)
                    .hasMessageContaining("READONLY");
        } finally {
            console.ask("REPLICAOF", "NO", "ONE");
        }
    }

    @Test
    void a_clock_that_was_set_back_neither_ends_nor_keeps_anybody() throws Exception {
        othersLiveFor(30);
        LaneTick alive = tick("n:1", 0, LaneCursor.unknown(LANE));
        tick("dead:1", 0, LaneCursor.unknown(LANE));
        clock.pass(-3_600_000);
        for (int second = 0; second < 22; second++) { // a time of grace, and a lease's
            clock.pass(1_000);
            assertThat(tick("n:1", 1_000, alive.cursor()).lease()).isEqualTo(Lease.HELD);
        }
        assertThat(leases()).doesNotContain("dead");
    }

    /** Of many nodes that died at once a tick takes a few leases away, so that its cost has a bound. */
    @Test
    void lapsed_leases_of_a_hundred_nodes_go_by_turns() throws Exception {
        othersLiveFor(30);
        for (int node = 0; node < 100; node++) {
            tick("dead-" + node + ":1", 0, LaneCursor.unknown(LANE));
        }
        othersLiveFor(10);
        assertThat(leases()).as("none has lapsed yet").hasSize(101);
        clock.pass(1);
        LaneTick news = tick("other:1", 1_000, LaneCursor.unknown(LANE));
        assertThat(leases()).hasSize(101 - 16);
        for (int second = 0; second < 30; second++) { // six looks
            clock.pass(1_000);
            news = tick("other:1", 1_000, news.cursor());
        }
        assertThat(leases()).containsExactly("other:1");
    }

    @Test
    void a_tick_reads_no_other_nodes_lease() throws Exception {
        tick("n:1", 0, LaneCursor.unknown(LANE));
        long alone = commandsOfATick();
        for (int node = 0; node < 100; node++) {
            tick("node-" + node + ":1", 0, LaneCursor.unknown(LANE));
        }
        assertThat(commandsOfATick()).isEqualTo(alone);
        assertThat(raw.ask("INFO", "commandstats")).doesNotContain("cmdstat_hgetall");
    }

    @Test
    void a_tick_at_rest_reads_the_lane_and_touches_only_its_own_lease_but_for_each_fifth_second() throws Exception {
        LaneTick news = tick("n:1", 0, LaneCursor.unknown(LANE));
        List<Long> commands = new ArrayList<>();
        for (int second = 0; second < 20; second++) {
            clock.pass(1_000);
            raw.ask("CONFIG", "RESETSTAT");
            news = tick("n:1", 1_000, news.cursor());
            commands.add(commands());
        }
        assertThat(commands).filteredOn(each -> each == 3).as("%s", commands).hasSize(16);
        assertThat(raw.ask("ZSCORE", key("leases"), "n:1"))
                .as("and renews it each time")
                .isEqualTo("" + clock.getAsLong());
    }

    private long commandsOfATick() throws Exception {
        LaneTick before = tick("n:1", 1_000, LaneCursor.unknown(LANE));
        raw.ask("CONFIG", "RESETSTAT");
        tick("n:1", 1_000, before.cursor());
        return commands();
    }

    private long commands() {
        return raw.ask("INFO", "commandstats")
                .lines()
                .filter(line -> line.matches("cmdstat_(z|h).*"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("cmdstat_\\w+:calls=(\\d+),.*", "$1")))
                .sum();
    }

    @Test
    void who_leaves_has_no_lease_in_any_lane() throws Exception {
        List<LaneCursor> all =
                IntStream.range(0, 256).mapToObj(LaneCursor::unknown).toList();
        List<LaneTick> news = await(life.lanes().tick(new LeaseHolder("n:1", 0), all));
        assertThat(news.stream().map(each -> each.cursor().lane()).toList())
                .isEqualTo(IntStream.range(0, 256).boxed().toList());
        await(life.lanes().release(new LeaseHolder("n:1", 0)));
        for (int lane = 0; lane < 256; lane++) {
            assertThat(raw.count("EXISTS", RedisKeys.of(lane, "leases"))).isZero();
        }
    }

    @Test
    void a_lost_node_is_over_once_it_was_silent_for_three_seconds() throws Exception {
        othersLiveFor(30); // no grace is left of the lane's beginning
        LaneTick lost = tick("n:1", 0, LaneCursor.unknown(LANE));
        tick("nn:1", 0, LaneCursor.unknown(LANE));
        othersLiveFor(3);
        await(life.lanes().expireStale("n"));
        assertThat(leases()).as("not yet").contains("n:1");
        clock.pass(1);
        await(life.lanes().expireStale("n"));
        assertThat(leases()).containsExactlyInAnyOrder("other:1", "nn:1");
        assertThat(tick("n:1", 3_001, lost.cursor()).lease()).isEqualTo(Lease.ENDED);
    }

    @Test
    void a_lost_node_that_renews_its_leases_keeps_them() throws Exception {
        othersLiveFor(30);
        LaneTick cutOff = tick("n:1", 0, LaneCursor.unknown(LANE));
        clock.pass(5_000);
        cutOff = tick("n:1", 5_000, cutOff.cursor());
        await(life.lanes().expireStale("n"));
        assertThat(tick("n:1", 1_000, cutOff.cursor()).lease()).isEqualTo(Lease.HELD);
    }

    @Test
    void a_lost_node_is_not_judged_while_or_after_the_store_was_away() throws Exception {
        othersLiveFor(30);
        tick("n:1", 0, LaneCursor.unknown(LANE));
        clock.pass(3_001);
        await(life.lanes().expireStale("n"));
        assertThat(leases()).as("nobody renewed any").contains("n:1");
        othersLiveFor(9);
        await(life.lanes().expireStale("n"));
        assertThat(leases()).as("the time of grace").contains("n:1");
    }

    @Test
    void the_stores_own_clock_is_used_where_no_other_is_handed_in() throws Exception {
        RedisLaneStore lanes = new RedisLaneStore(life.store());
        await(lanes.tick(new LeaseHolder("n:1", 0), List.of(LaneCursor.unknown(LANE))));
        assertThat(raw.count("ZSCORE", key("leases"), "n:1"))
                .isBetween(System.currentTimeMillis() - 60_000, System.currentTimeMillis() + 60_000);
    }

    private List<String> leases() {
        return raw.ask("ZRANGE", key("leases"), "0", "-1").lines().toList();
    }

    private void othersLiveFor(int seconds) throws Exception {
        LaneTick news = tick("other:1", 0, LaneCursor.unknown(LANE));
        for (int second = 0; second < seconds; second++) {
            clock.pass(1_000);
            news = tick("other:1", 1_000, news.cursor());
        }
    }

    private StreamEntry append(StreamName stream) throws Exception {
        return ((AppendResult.Stored) await(life.streams().append(message(stream)))).entry();
    }

    private void appendAll(List<StreamName> streams) throws Exception {
        for (int from = 0; from < streams.size(); from += 50) {
            await(Future.all(streams.subList(from, Math.min(streams.size(), from + 50)).stream()
                    .map(stream -> life.streams().append(message(stream)))
                    .toList()));
        }
    }

    private static AppendRequest message(StreamName stream) {
        byte[] body = "\"type\":\"chat\"}".getBytes(StandardCharsets.UTF_8);
        return new AppendRequest(
                stream, StreamStoreContract.KEPT, 0, body, Optional.empty(), Optional.empty(), Long.MAX_VALUE);
    }

    private static String key(String part) {
        return RedisKeys.of(LANE, part);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
