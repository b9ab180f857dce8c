package dev.portcullis.streams.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.portcullis.kit.Await;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    private RedisStreamsFixture life;
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
        life = RedisStreamsFixture.open(redis, clock);
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
    void first_tick_names_nothing_and_later_ones_name_what_moved_since() throws Exception {
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
        LaneTick tick = tick("n:1", 1_000, quiet.cursor());
        assertThat(tick.complete()).isTrue();
        assertThat(tick.moved()).containsExactly(new Moved(STREAMS.get(1), one), new Moved(STREAMS.get(2), two));
        assertThat(tick("n:1", 1_000, tick.cursor()).moved()).isEmpty();
    }

    @Test
    void read_has_the_lane_seq_of_the_last_append() throws Exception {
        StreamEntry entry = append(STREAMS.get(0));
        append(STREAMS.get(1));
        Slice read = await(life.streams().after(STREAMS.get(0), 0, StreamStoreContract.PLENTY));
        assertThat(read.laneSeq()).isEqualTo(entry.laneSeq()).isPositive();
    }

    @Test
    void more_names_than_one_answer_may_hold_are_reported_as_incomplete() throws Exception {
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
    void cursor_before_the_oldest_kept_name_is_reported_as_incomplete() throws Exception {
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        List<String> others =
                IntStream.range(0, 5_000).mapToObj(i -> "other" + i).toList();
        List<String> add = new ArrayList<>(List.of("ZADD", key("moved")));
        others.forEach(name -> add.addAll(List.of("" + add.size(), name)));
        raw.ask(add.toArray(String[]::new));
        raw.ask("HSET", key("lane"), "ctr", "20031");
        append(STREAMS.get(0)); // laneSeq 20,032, a multiple of 64
        assertThat(raw.count("ZCARD", key("moved"))).isEqualTo(4_096);
        LaneTick tick = tick("n:1", 1_000, before.cursor());
        assertThat(tick.complete()).isFalse();
        assertThat(tick("n:1", 1_000, new LaneCursor(LANE, tick.cursor().fork(), 20_031))
                        .moved())
                .containsExactly(new Moved(STREAMS.get(0), 20_032));
    }

    @Test
    void emptied_lane_is_incomplete_and_its_lease_acquired_again() throws Exception {
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
    void incarnations_have_a_lease_until_a_tick_has_removed_it() throws Exception {
        LaneCursor cursor = pass(10, tick("n:1", 0, LaneCursor.unknown(LANE)).cursor());
        tick("m:1", 0, LaneCursor.unknown(LANE));
        assertThat(judged()).containsExactly(Map.entry(LANE, Set.of("n:1", "m:1")));
        pass(20, cursor);
        assertThat(judged()).containsExactly(Map.entry(LANE, Set.of("n:1")));
    }

    /** All leases count then: the nodes could not renew them. */
    @Test
    void no_lease_is_judged_after_an_outage_until_the_grace_period_is_over() throws Exception {
        LaneCursor cursor = pass(10, tick("n:1", 0, LaneCursor.unknown(LANE)).cursor());
        clock.pass(3_001);
        assertThat(judged()).as("no node has ticked since").isEmpty();
        cursor = tick("n:1", 3_001, cursor).cursor();
        cursor = pass(9, cursor);
        assertThat(judged()).isEmpty();
        pass(1, cursor);
        assertThat(judged()).containsExactly(Map.entry(LANE, Set.of("n:1")));
    }

    /** Lets one node tick for some seconds. */
    private LaneCursor pass(int seconds, LaneCursor from) throws Exception {
        LaneCursor cursor = from;
        for (int second = 0; second < seconds; second++) {
            clock.pass(1_000);
            cursor = tick("n:1", 1_000, cursor).cursor();
        }
        return cursor;
    }

    private Map<Integer, Set<String>> judged() throws Exception {
        return await(lanes().leases(List.of(LANE)));
    }

    @Test
    void lease_that_survived_a_fork_has_the_time_of_its_renewal() throws Exception {
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

    /** Also if another node forked the lane long before the tick of this node. */
    @Test
    void each_node_gets_the_surviving_renewal_of_its_own_lease() throws Exception {
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

    /** The first tick after the fork renewed the lease, but its answer was lost: lost writes would be taken for kept. */
    @Test
    void lease_renewed_since_the_fork_by_a_lost_answer_proves_nothing() throws Exception {
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
    void clock_set_back_to_the_time_of_a_renewal_proves_nothing() throws Exception {
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

    /** Another master's clock may be behind: then it is unknown whether a lease is from before its fork. */
    @Test
    void lease_with_a_future_time_proves_nothing() throws Exception {
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        clock.pass(-200);
        fork();
        assertThat(tick("n:1", 500, before.cursor()).survived()).isZero();
    }

    @Test
    void lane_forked_by_an_earlier_release_proves_nothing() throws Exception {
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
    void node_without_renewals_while_others_renewed_is_ended() throws Exception {
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        otherNodeRenewsFor(16);
        assertThat(leases()).as("removed by a tick of another node").doesNotContain("n:1");
        assertThat(tick("n:1", 16_000, before.cursor()).lease()).isEqualTo(Lease.ENDED);
        assertThat(tick("n:1", 17_000, before.cursor()).lease())
                .as("a second tick")
                .isEqualTo(Lease.ENDED);
        assertThat(tick("n:2", 0, before.cursor()).lease())
                .as("its next incarnation")
                .isEqualTo(Lease.HELD);
    }

    @Test
    void expired_lease_that_is_not_removed_yet_is_ended() throws Exception {
        otherNodeRenewsFor(30); // the grace period of the new lane is over
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        for (int i = 0; i < 4; i++) {
            clock.pass(2_500);
            tick("other:1", 2_500, before.cursor());
        }
        clock.pass(1);
        assertThat(tick("n:1", 10_001, before.cursor()).lease()).isEqualTo(Lease.ENDED);
        assertThat(leases()).doesNotContain("n:1");
    }

    @Test
    void no_lease_expires_in_the_grace_period_after_the_store_was_away() throws Exception {
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
    void node_that_does_not_come_back_in_the_grace_period_is_ended() throws Exception {
        LaneTick one = tick("n:1", 0, LaneCursor.unknown(LANE));
        tick("m:1", 0, LaneCursor.unknown(LANE));
        clock.pass(60_000);
        otherNodeRenewsFor(11);
        assertThat(tick("n:1", 71_000, one.cursor()).lease()).isEqualTo(Lease.ENDED);
    }

    @Test
    void flush_keeps_living_nodes_and_ends_dead_ones() throws Exception {
        LaneTick dead = tick("n:1", 0, LaneCursor.unknown(LANE));
        LaneTick alive = tick("m:1", 0, LaneCursor.unknown(LANE));
        raw.ask("FLUSHALL");
        clock.pass(1_000);
        assertThat(tick("m:1", 1_000, alive.cursor()).lease()).isEqualTo(Lease.ACQUIRED);
        otherNodeRenewsFor(11);
        assertThat(tick("n:1", 12_000, dead.cursor()).lease()).isEqualTo(Lease.ENDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"maxmemory", "min-replicas-to-write"})
    void redis_without_writes_names_what_moved_and_the_lease_keeps_its_age(String bound) throws Exception {
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        long renewed = clock.getAsLong();
        append(STREAMS.get(0));
        RedisConsole console = new RedisConsole(redis);
        console.ask("CONFIG", "SET", bound, "1");
        try {
            clock.pass(60_000);
            LaneTick tick = tick("n:1", 60_000, before.cursor());
            assertThat(tick.lease()).isEqualTo(Lease.UNRENEWED);
            assertThat(tick.moved()).extracting(Moved::stream).containsExactly(STREAMS.get(0));
            assertThat(console.ask("ZSCORE", key("leases"), "n:1")).isEqualTo("" + renewed);
            assertThat(tick("m:1", 0, LaneCursor.unknown(LANE)).lease()).isEqualTo(Lease.UNRENEWED);
        } finally {
            console.ask("CONFIG", "SET", bound, "0");
        }
        clock.pass(1_000);
        assertThat(tick("n:1", 61_000, before.cursor()).lease())
                .as("no node could renew, so no lease expires")
                .isEqualTo(Lease.HELD);
    }

    @Test
    void tick_fails_when_redis_is_no_longer_a_master() throws Exception {
        LaneTick before = tick("n:1", 0, LaneCursor.unknown(LANE));
        assertThat(Await.until(() -> failureAtReplica(before.cursor()).contains("READONLY")))
                .as("unless the store's own check comes first and drops the connection")
                .isTrue();
    }

    /** The failure of a tick while Redis is a replica. */
    private String failureAtReplica(LaneCursor cursor) {
        RedisConsole console = new RedisConsole(redis);
        console.ask("REPLICAOF", "127.0.0.1", "1");
        try {
            Throwable failure = catchThrowable(() -> tick("n:1", 1_000, cursor));
            assertThat(failure).isInstanceOf(StoreFailure.class);
            return String.valueOf(failure.getMessage());
        } finally {
            console.ask("REPLICAOF", "NO", "ONE");
            assertThat(Await.until(life.store()::healthy)).isTrue();
        }
    }

    @Test
    void clock_set_back_neither_ends_living_nodes_nor_keeps_dead_ones() throws Exception {
        otherNodeRenewsFor(30);
        LaneTick alive = tick("n:1", 0, LaneCursor.unknown(LANE));
        tick("dead:1", 0, LaneCursor.unknown(LANE));
        clock.pass(-3_600_000);
        for (int second = 0; second < 22; second++) { // a grace period and the time of a lease
            clock.pass(1_000);
            assertThat(tick("n:1", 1_000, alive.cursor()).lease()).isEqualTo(Lease.HELD);
        }
        assertThat(leases()).doesNotContain("dead");
    }

    /** One tick removes only a few leases, so that its cost is bounded even if many nodes died at once. */
    @Test
    void expired_leases_of_a_hundred_nodes_are_removed_in_steps() throws Exception {
        otherNodeRenewsFor(30);
        for (int node = 0; node < 100; node++) {
            tick("dead-" + node + ":1", 0, LaneCursor.unknown(LANE));
        }
        otherNodeRenewsFor(10);
        assertThat(leases()).as("leases when none has expired yet").hasSize(101);
        clock.pass(1);
        LaneTick tick = tick("other:1", 1_000, LaneCursor.unknown(LANE));
        assertThat(leases()).hasSize(101 - 16);
        for (int second = 0; second < 30; second++) { // six checks of the leases of others
            clock.pass(1_000);
            tick = tick("other:1", 1_000, tick.cursor());
        }
        assertThat(leases()).containsExactly("other:1");
    }

    @Test
    void cost_of_a_tick_does_not_depend_on_the_number_of_nodes() throws Exception {
        tick("n:1", 0, LaneCursor.unknown(LANE));
        long alone = commandsOfATick();
        for (int node = 0; node < 100; node++) {
            tick("node-" + node + ":1", 0, LaneCursor.unknown(LANE));
        }
        assertThat(commandsOfATick()).isEqualTo(alone);
        assertThat(raw.ask("INFO", "commandstats")).doesNotContain("cmdstat_hgetall");
    }

    @Test
    void idle_tick_uses_three_commands_except_every_fifth_second() throws Exception {
        LaneTick tick = tick("n:1", 0, LaneCursor.unknown(LANE));
        List<Long> commands = new ArrayList<>();
        for (int second = 0; second < 20; second++) {
            clock.pass(1_000);
            raw.ask("CONFIG", "RESETSTAT");
            tick = tick("n:1", 1_000, tick.cursor());
            commands.add(commands());
        }
        assertThat(commands).filteredOn(each -> each == 3).as("%s", commands).hasSize(16);
        assertThat(raw.ask("ZSCORE", key("leases"), "n:1"))
                .as("time of the last renewal")
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
    void released_node_has_no_lease_in_any_lane() throws Exception {
        List<LaneCursor> all =
                IntStream.range(0, 256).mapToObj(LaneCursor::unknown).toList();
        List<LaneTick> tick = await(life.lanes().tick(new LeaseHolder("n:1", 0), all));
        assertThat(tick.stream().map(each -> each.cursor().lane()).toList())
                .isEqualTo(IntStream.range(0, 256).boxed().toList());
        await(life.lanes().release(new LeaseHolder("n:1", 0)));
        for (int lane = 0; lane < 256; lane++) {
            assertThat(raw.count("EXISTS", RedisKeys.of(lane, "leases"))).isZero();
        }
    }

    @Test
    void expire_stale_ends_a_node_without_renewals_for_three_seconds() throws Exception {
        otherNodeRenewsFor(30); // the grace period of the new lane is over
        LaneTick lost = tick("n:1", 0, LaneCursor.unknown(LANE));
        tick("nn:1", 0, LaneCursor.unknown(LANE));
        otherNodeRenewsFor(3);
        await(life.lanes().expireStale("n"));
        assertThat(leases()).as("leases after three seconds").contains("n:1");
        clock.pass(1);
        await(life.lanes().expireStale("n"));
        assertThat(leases()).containsExactlyInAnyOrder("other:1", "nn:1");
        assertThat(tick("n:1", 3_001, lost.cursor()).lease()).isEqualTo(Lease.ENDED);
    }

    @Test
    void expire_stale_keeps_a_node_that_renews() throws Exception {
        otherNodeRenewsFor(30);
        LaneTick renewing = tick("n:1", 0, LaneCursor.unknown(LANE));
        clock.pass(5_000);
        renewing = tick("n:1", 5_000, renewing.cursor());
        await(life.lanes().expireStale("n"));
        assertThat(tick("n:1", 1_000, renewing.cursor()).lease()).isEqualTo(Lease.HELD);
    }

    @Test
    void expire_stale_expires_nothing_while_or_after_the_store_was_away() throws Exception {
        otherNodeRenewsFor(30);
        tick("n:1", 0, LaneCursor.unknown(LANE));
        clock.pass(3_001);
        await(life.lanes().expireStale("n"));
        assertThat(leases()).as("leases while no node renews").contains("n:1");
        otherNodeRenewsFor(9);
        await(life.lanes().expireStale("n"));
        assertThat(leases()).as("leases in the grace period").contains("n:1");
    }

    @Test
    void clock_of_redis_is_used_by_default() throws Exception {
        RedisLaneStore lanes = new RedisLaneStore(life.store());
        await(lanes.tick(new LeaseHolder("n:1", 0), List.of(LaneCursor.unknown(LANE))));
        assertThat(raw.count("ZSCORE", key("leases"), "n:1"))
                .isBetween(System.currentTimeMillis() - 60_000, System.currentTimeMillis() + 60_000);
    }

    private List<String> leases() {
        return raw.ask("ZRANGE", key("leases"), "0", "-1").lines().toList();
    }

    private void otherNodeRenewsFor(int seconds) throws Exception {
        LaneTick tick = tick("other:1", 0, LaneCursor.unknown(LANE));
        for (int second = 0; second < seconds; second++) {
            clock.pass(1_000);
            tick = tick("other:1", 1_000, tick.cursor());
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
