package dev.portcullis.streams.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Access;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.embedded.EmbeddedLife;
import dev.portcullis.streams.lane.LaneStore.Moved;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamHubShardTest {
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final int PLENTY = 1 << 20;
    private static final int FEW_ENTRIES = 700; // some ten of those below
    private static final int READ_MS = 120_000; // a read that is late is made again, and a busy machine makes it late
    private static final Retention KEPT = new Retention(300, TimeUnit.HOURS.toMillis(24));

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private EmbeddedLife life;
    private WatchedStore store;
    private RecordingDeliveryLoop outlet;

    @BeforeEach
    void open() throws Exception {
        life = EmbeddedLife.open(folder, new SettableClock());
        store = new WatchedStore(life.streams());
        outlet = new RecordingDeliveryLoop();
    }

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
        life.close();
    }

    @Test
    void a_member_sees_what_is_delivered_after_it_joined() throws Exception {
        StreamHubShard shard = carrier(config());
        append(3);
        RecordingDeliveryLoop.RecordingSubscriber member = joined(shard, Optional.empty());
        append(2).forEach(shard::offer);
        until(() -> member.seqs().equals(List.of(4L, 5L)));
        assertThat(member.attachments().get(0).head().seq()).isEqualTo(3);
        assertThat(member.attachments().get(0).exact()).isFalse();
    }

    @Test
    void a_member_that_comes_back_gets_what_it_missed_and_then_goes_on() throws Exception {
        StreamHubShard shard = carrier(config());
        Position second = append(2).get(1).position();
        append(2);
        RecordingDeliveryLoop.RecordingSubscriber member = joined(shard, Optional.of(second));
        append(1).forEach(shard::offer);
        until(() -> member.seqs().equals(List.of(3L, 4L, 5L)));
        assertThat(member.attachments().get(0).exact()).isTrue();
    }

    @Test
    void two_members_of_one_outlet_cost_one_delivery() throws Exception {
        StreamHubShard shard = carrier(config());
        RecordingDeliveryLoop.RecordingSubscriber one = joined(shard, Optional.empty());
        RecordingDeliveryLoop.RecordingSubscriber two = joined(shard, Optional.empty());
        append(1).forEach(shard::offer);
        until(() -> one.seqs().equals(List.of(1L)) && two.seqs().equals(List.of(1L)));
        assertThat(outlet.deliveries()).isEqualTo(1);
    }

    @Test
    void an_outlet_is_delivered_to_until_its_last_member_has_left() throws Exception {
        StreamHubShard shard = carrier(config());
        RecordingDeliveryLoop.RecordingSubscriber follower = outlet.follower();
        Subscription one = shard.subscribe(LOBBY, Optional.empty(), ANN, outlet, follower);
        RecordingDeliveryLoop.RecordingSubscriber second = outlet.follower();
        Subscription two = shard.subscribe(LOBBY, Optional.empty(), ANN, outlet, second);
        until(() -> !follower.attachments().isEmpty() && !second.attachments().isEmpty());
        shard.unsubscribe(one);
        shard.unsubscribe(one);
        append(1).forEach(shard::offer);
        until(() -> outlet.deliveries() == 1);
        shard.unsubscribe(two);
        RecordingDeliveryLoop other = new RecordingDeliveryLoop();
        RecordingDeliveryLoop.RecordingSubscriber witness = other.follower();
        shard.subscribe(LOBBY, Optional.empty(), ANN, other, witness);
        until(() -> !witness.attachments().isEmpty());
        append(1).forEach(shard::offer);
        until(() -> witness.seqs().equals(List.of(2L)));
        assertThat(outlet.deliveries()).isEqualTo(1);
    }

    @Test
    void what_the_fan_out_lost_is_read_once_a_later_entry_shows_the_hole() throws Exception {
        StreamHubShard shard = carrier(config());
        RecordingDeliveryLoop.RecordingSubscriber member = joined(shard, Optional.empty());
        List<StreamEntry> three = append(3);
        long began = System.nanoTime();
        shard.offer(three.get(2));
        until(() -> member.seqs().equals(List.of(1L, 2L, 3L)));
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isGreaterThanOrEqualTo(49);
        assertThat(member.losses()).isEmpty();
    }

    @Test
    void a_hole_that_closes_in_time_costs_no_read() throws Exception {
        Context context = vertx.getOrCreateContext();
        StreamHubShard shard = new StreamHubShard(context, store, config());
        RecordingDeliveryLoop.RecordingSubscriber member = joined(shard, Optional.empty());
        int before = store.reads();
        List<StreamEntry> three = append(3);
        context.runOnContext(inOneTurnOfTheLoop -> {
            shard.offer(three.get(2));
            shard.offer(three.get(1));
            shard.offer(three.get(0));
        });
        until(() -> member.seqs().equals(List.of(1L, 2L, 3L)));
        await(vertx.timer(80, TimeUnit.MILLISECONDS).mapEmpty());
        assertThat(store.reads()).isEqualTo(before);
    }

    @Test
    void members_are_told_when_a_hole_cannot_be_filled_any_more() throws Exception {
        StreamHubShard shard = carrier(config());
        RecordingDeliveryLoop.RecordingSubscriber member = joined(shard, Optional.empty());
        List<StreamEntry> entries = append(5, new Retention(2, KEPT.ageMs()));
        shard.offer(entries.get(4));
        until(() -> !member.losses().isEmpty());
        assertThat(member.losses()).containsExactly(entries.get(4).position());
        append(1).forEach(shard::offer);
        until(() -> member.seqs().equals(List.of(6L)));
    }

    @Test
    void a_store_that_is_away_only_delays_a_hole() throws Exception {
        StreamHubShard shard = carrier(config());
        RecordingDeliveryLoop.RecordingSubscriber member = joined(shard, Optional.empty());
        List<StreamEntry> two = append(2);
        store.failNext(4);
        shard.offer(two.get(1));
        until(() -> member.seqs().equals(List.of(1L, 2L)));
        assertThat(store.failuresLeft()).isZero();
    }

    /** As on an edge node that broadcasters don't know yet: nothing comes over the bus. */
    @Test
    void a_join_stands_at_what_was_acknowledged_before_it_even_where_no_hint_came() throws Exception {
        StreamHubShard shard = carrier(config());
        RecordingDeliveryLoop.RecordingSubscriber early = joined(shard, Optional.empty());
        Position start = early.attachments().get(0).head();
        append(3);
        RecordingDeliveryLoop.RecordingSubscriber fresh = joined(shard, Optional.empty());
        assertThat(fresh.attachments().get(0).head().seq()).isEqualTo(3);
        append(2);
        RecordingDeliveryLoop.RecordingSubscriber back = joined(shard, Optional.of(start));
        assertThat(back.attachments().get(0).entries()).hasSize(5);
        until(() -> early.seqs().equals(List.of(1L, 2L, 3L, 4L, 5L))
                && fresh.seqs().equals(List.of(4L, 5L))
                && back.seqs().equals(List.of(1L, 2L, 3L, 4L, 5L)));
    }

    @Test
    void a_join_waits_for_a_hint_that_is_under_way_and_costs_no_read() throws Exception {
        StreamHubShard shard = carrier(config(1 << 20, READ_MS, 30_000, 30_000, 150));
        RecordingDeliveryLoop.RecordingSubscriber early = joined(shard, Optional.empty());
        int before = store.reads();
        StreamEntry first = append(1).get(0);
        RecordingDeliveryLoop.RecordingSubscriber fresh = outlet.follower();
        shard.subscribe(LOBBY, Optional.empty(), BOB, outlet, fresh);
        until(() -> store.questions() == 2);
        shard.offer(first);
        until(() -> !fresh.attachments().isEmpty());
        assertThat(fresh.attachments().get(0).head()).isEqualTo(first.position());
        assertThat(early.seqs()).containsExactly(1L);
        assertThat(store.reads()).isEqualTo(before);
    }

    @Test
    void a_join_is_told_when_the_store_stays_away_and_a_later_one_succeeds() throws Exception {
        StreamHubShard shard = carrier(config());
        store.failNext(3);
        RecordingDeliveryLoop.RecordingSubscriber refused = outlet.follower();
        shard.subscribe(LOBBY, Optional.empty(), ANN, outlet, refused);
        until(() -> refused.failures() == 1);
        assertThat(refused.attachments()).isEmpty();
        joined(shard, Optional.empty());
    }

    @Test
    void a_join_survives_a_store_that_is_away_for_a_moment() throws Exception {
        StreamHubShard shard = carrier(config());
        store.failNext(2);
        joined(shard, Optional.empty());
    }

    @Test
    void a_join_is_told_when_the_store_never_answers() throws Exception {
        StreamHubShard shard = carrier(config(1 << 20, 20, 30_000));
        store.hang();
        RecordingDeliveryLoop.RecordingSubscriber refused = outlet.follower();
        shard.subscribe(LOBBY, Optional.empty(), ANN, outlet, refused);
        until(() -> refused.failures() == 1);
    }

    @Test
    void a_reconnect_storm_is_served_from_memory() throws Exception {
        StreamHubShard shard = carrier(config());
        RecordingDeliveryLoop.RecordingSubscriber first = joined(shard, Optional.empty());
        List<StreamEntry> entries = append(20);
        entries.forEach(shard::offer);
        until(() -> first.seqs().size() == 20);
        int before = store.reads();
        for (int i = 0; i < 100; i++) {
            RecordingDeliveryLoop.RecordingSubscriber back =
                    joined(shard, Optional.of(entries.get(4).position()));
            assertThat(back.seqs()).isEqualTo(first.seqs().subList(5, 20));
        }
        assertThat(store.reads()).isEqualTo(before);
    }

    @Test
    void a_reconnect_storm_beyond_memory_shares_its_reads() throws Exception {
        StreamHubShard shard = carrier(config());
        List<StreamEntry> entries = append(20);
        joined(shard, Optional.empty());
        int before = store.reads();
        List<RecordingDeliveryLoop.RecordingSubscriber> storm = new ArrayList<>();
        Context context = vertx.getOrCreateContext();
        Promise<Integer> attached = Promise.promise();
        context.runOnContext(any -> {
            for (int i = 0; i < 200; i++) {
                RecordingDeliveryLoop.RecordingSubscriber back = outlet.follower();
                storm.add(back);
                shard.subscribe(LOBBY, Optional.of(entries.get(9).position()), ANN, outlet, back);
            }
            attached.complete(storm.size());
        });
        await(attached.future());
        until(() -> storm.stream().allMatch(back -> back.seqs().size() == 10));
        assertThat(store.reads() - before)
                .as("ten parts, some read twice by two who come side by side; without sharing it is five hundred")
                .isLessThan(50);
    }

    @Test
    void what_is_too_much_for_one_part_follows_in_others_and_what_is_live_after_the_last() throws Exception {
        StreamHubShard shard = carrier(config());
        Position first = append(500).get(0).position();
        RecordingDeliveryLoop.RecordingSubscriber member = joined(shard, Optional.of(new Position(first.epoch(), 100)));
        append(1).forEach(shard::offer);
        until(() -> member.seqs().size() == 401);
        assertThat(member.seqs()).isEqualTo(OrdererTest.upTo(501).subList(100, 501));
        assertThat(member.parts())
                .extracting(
                        Slice::more,
                        Slice::exact,
                        part -> part.head().seq(),
                        part -> part.entries().size())
                .containsExactly(Tuple.tuple(true, true, 250L, 150), Tuple.tuple(true, true, 400L, 150));
        Slice last = member.attachments().get(0);
        assertThat(last.more()).isFalse();
        assertThat(last.exact()).isTrue();
        assertThat(last.head().seq()).isEqualTo(500);
    }

    @Test
    void a_part_has_one_entry_at_least_and_no_more_bytes_than_it_may_have() throws Exception {
        StreamHubShard shard = carrier(config(1 << 20, READ_MS, 30_000, 50, 150, 1, 1_000));
        Position start = await(store.head(LOBBY));
        append(5);
        RecordingDeliveryLoop.RecordingSubscriber one = joined(shard, Optional.of(start));
        assertThat(one.parts()).allMatch(part -> part.entries().size() == 1).hasSize(4);
        RecordingDeliveryLoop.RecordingSubscriber few = joined(carrier(inParts(1 << 20, 1_000)), Optional.of(start));
        assertThat(few.parts()).isEmpty();
        append(100);
        RecordingDeliveryLoop.RecordingSubscriber many = joined(carrier(inParts(1 << 20, 1_000)), Optional.of(start));
        assertThat(many.parts())
                .hasSizeGreaterThan(5)
                .allMatch(part ->
                        part.entries().stream().mapToInt(EntryFrame::length).sum() <= FEW_ENTRIES);
    }

    @Test
    void a_reader_that_takes_its_time_misses_nothing_of_what_comes_meanwhile() throws Exception {
        StreamHubShard shard = carrier(inParts(1 << 20, 1_000));
        Position start = await(store.head(LOBBY));
        append(40);
        RecordingDeliveryLoop.RecordingSubscriber witness = joinedAs(shard, BOB);
        RecordingDeliveryLoop.RecordingSubscriber slow = outlet.follower().slow();
        shard.subscribe(LOBBY, Optional.of(start), ANN, outlet, slow);
        long seq = 40;
        while (slow.attachments().isEmpty()) {
            until(() -> slow.isHolding() || !slow.attachments().isEmpty());
            if (slow.isHolding()) {
                append(3).forEach(shard::offer);
                seq += 3;
                long told = seq;
                until(() -> lastSeen(witness) == told);
                slow.take();
            }
        }
        append(1).forEach(shard::offer);
        long last = seq + 1;
        until(() -> lastSeen(slow) == last);
        assertThat(slow.seqs()).isEqualTo(OrdererTest.upTo(last));
        assertThat(slow.parts()).hasSizeGreaterThan(2);
    }

    @Test
    void a_reader_that_falls_behind_the_window_is_told_that_its_place_is_lost() throws Exception {
        Retention twenty = new Retention(20, KEPT.ageMs());
        StreamHubShard shard = carrier(inParts(64 << 10, 1_000));
        Position start = await(store.head(LOBBY));
        append(20, twenty);
        RecordingDeliveryLoop.RecordingSubscriber witness = joinedAs(shard, BOB);
        RecordingDeliveryLoop.RecordingSubscriber slow = outlet.follower().slow();
        shard.subscribe(LOBBY, Optional.of(start), ANN, outlet, slow);
        until(slow::isHolding);
        List<StreamEntry> later = append(40, twenty);
        shard.offer(later.get(39));
        until(() -> witness.losses().size() == 1);
        slow.take();
        until(() -> !slow.attachments().isEmpty());
        Slice lost = slow.attachments().get(0);
        assertThat(lost.exact()).isFalse();
        assertThat(lost.entries()).isEmpty();
        assertThat(lost.head()).isEqualTo(later.get(39).position());
        append(1, twenty).forEach(shard::offer);
        until(() -> lastSeen(slow) == 61);
    }

    @Test
    void a_reader_that_never_gets_there_is_told_so_in_the_end() throws Exception {
        StreamHubShard shard = carrier(inParts(1 << 20, 3));
        Position start = await(store.head(LOBBY));
        append(100);
        RecordingDeliveryLoop.RecordingSubscriber member = joined(shard, Optional.of(start));
        assertThat(member.parts()).hasSize(2);
        assertThat(member.attachments().get(0).exact()).isFalse();
        assertThat(member.attachments().get(0).head().seq()).isEqualTo(100);
    }

    @Test
    void a_bar_between_two_parts_ends_the_resume() throws Exception {
        StreamHubShard shard = carrier(inParts(1 << 20, 1_000));
        Position start = await(store.head(LOBBY));
        append(40);
        RecordingDeliveryLoop.RecordingSubscriber witness = joinedAs(shard, BOB);
        RecordingDeliveryLoop.RecordingSubscriber slow = outlet.follower().slow();
        shard.subscribe(LOBBY, Optional.of(start), ANN, outlet, slow);
        until(slow::isHolding);
        shard.offer(bar(ANN));
        until(() -> slow.bars() == 1);
        slow.take();
        append(1).forEach(shard::offer);
        until(() -> lastSeen(witness) == 42);
        joinedAs(shard, BOB); // the carrier has done what it was asked before
        assertThat(slow.attachments()).isEmpty();
        assertThat(slow.parts()).hasSize(1);
    }

    @Test
    void who_leaves_between_two_parts_gets_nothing_more_and_the_stream_is_dropped() throws Exception {
        Context context = vertx.getOrCreateContext();
        StreamHubShard shard = new StreamHubShard(context, store, inParts(1 << 20, 1_000));
        Position start = await(store.head(LOBBY));
        append(40);
        RecordingDeliveryLoop.RecordingSubscriber slow = outlet.follower().slow();
        Subscription subscription = shard.subscribe(LOBBY, Optional.of(start), ANN, outlet, slow);
        until(slow::isHolding);
        assertThat(followed(context, shard)).isOne();
        shard.unsubscribe(subscription);
        slow.take();
        assertThat(followed(context, shard)).isZero();
        assertThat(slow.parts()).hasSize(1);
        assertThat(slow.attachments()).isEmpty();
    }

    /** At once or one after the other. */
    @Test
    void a_thousand_who_resume_from_one_place_in_parts_read_each_entry_once() throws Exception {
        StreamHubShard shard = carrier(inParts(64 << 10, 1_000));
        Position start = await(store.head(LOBBY));
        append(100);
        joinedAs(shard, BOB);
        int before = store.reads();
        List<RecordingDeliveryLoop.RecordingSubscriber> storm = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            RecordingDeliveryLoop.RecordingSubscriber back = outlet.follower();
            storm.add(i < 50 ? back.slow() : back);
            shard.subscribe(LOBBY, Optional.of(start), ANN, outlet, back);
        }
        for (RecordingDeliveryLoop.RecordingSubscriber each : storm) {
            until(() -> {
                each.takeIfHolding();
                return !each.attachments().isEmpty();
            });
        }
        assertThat(storm).allMatch(back -> back.seqs().equals(OrdererTest.upTo(100)));
        assertThat(store.reads() - before)
                .as("ten parts, some read twice by two who come side by side; without sharing it is five hundred")
                .isLessThan(50);
    }

    @Test
    void a_stream_without_members_is_dropped_after_a_while_and_opened_anew() throws Exception {
        List<StreamName> dropped = new CopyOnWriteArrayList<>();
        StreamHubShard shard = new StreamHubShard(
                vertx.getOrCreateContext(),
                store,
                config(1 << 20, READ_MS, 1),
                endings(dropped),
                HubMemory.ofLargestHeap());
        RecordingDeliveryLoop.RecordingSubscriber member = outlet.follower();
        Subscription subscription = shard.subscribe(LOBBY, Optional.empty(), ANN, outlet, member);
        until(() -> !member.attachments().isEmpty());
        shard.unsubscribe(subscription);
        until(() -> dropped.contains(LOBBY));
        int before = store.reads();
        append(2).forEach(shard::offer);
        RecordingDeliveryLoop.RecordingSubscriber later = joined(shard, Optional.empty());
        assertThat(later.attachments().get(0).head().seq()).isEqualTo(2);
        assertThat(store.reads()).isEqualTo(before + 1);
    }

    @Test
    void more_streams_than_allowed_are_not_carried() throws Exception {
        StreamHubShard shard = carrier(config());
        for (int i = 0; i < 8; i++) {
            RecordingDeliveryLoop.RecordingSubscriber member = outlet.follower();
            shard.subscribe(StreamName.room(new RoomId("room" + i)), Optional.empty(), ANN, outlet, member);
            until(() -> !member.attachments().isEmpty());
        }
        RecordingDeliveryLoop.RecordingSubscriber refused = outlet.follower();
        shard.subscribe(LOBBY, Optional.empty(), ANN, outlet, refused);
        until(() -> refused.failures() == 1);
    }

    @Test
    void carriers_of_one_node_share_what_its_heap_has_room_for() throws Exception {
        HubMemory room = roomFor(1, 2);
        StreamsConfig brief = config(1 << 20, READ_MS, 1);
        StreamHubShard one =
                new StreamHubShard(vertx.getOrCreateContext(), store, brief, FollowedStreamsListener.NONE, room);
        StreamHubShard other =
                new StreamHubShard(vertx.getOrCreateContext(), store, brief, FollowedStreamsListener.NONE, room);
        joined(one, Optional.empty());
        RecordingDeliveryLoop.RecordingSubscriber refused = outlet.follower();
        other.subscribe(LOBBY, Optional.empty(), BOB, outlet, refused);
        until(() -> refused.failures() == 1);
        assertThat(refused.attachments()).isEmpty();
    }

    @Test
    void a_room_that_is_no_longer_carried_leaves_its_place_to_another() throws Exception {
        HubMemory room = roomFor(1, 1);
        List<StreamName> dropped = new CopyOnWriteArrayList<>();
        StreamHubShard shard = new StreamHubShard(
                vertx.getOrCreateContext(), store, config(1 << 20, READ_MS, 1), endings(dropped), room);
        RecordingDeliveryLoop.RecordingSubscriber first = outlet.follower();
        Subscription subscription =
                shard.subscribe(StreamName.room(new RoomId("first")), Optional.empty(), ANN, outlet, first);
        until(() -> !first.attachments().isEmpty());
        shard.unsubscribe(subscription);
        until(() -> !dropped.isEmpty());
        joined(shard, Optional.empty());
    }

    @Test
    void a_member_whom_the_heap_has_no_room_for_is_refused_until_another_has_left() throws Exception {
        StreamHubShard shard = new StreamHubShard(
                vertx.getOrCreateContext(),
                store,
                config(1 << 20, READ_MS, 1),
                FollowedStreamsListener.NONE,
                roomFor(1, 2));
        RecordingDeliveryLoop.RecordingSubscriber first = outlet.follower();
        Subscription subscription = shard.subscribe(LOBBY, Optional.empty(), ANN, outlet, first);
        joined(shard, Optional.empty());
        RecordingDeliveryLoop.RecordingSubscriber refused = outlet.follower();
        shard.subscribe(LOBBY, Optional.empty(), BOB, outlet, refused);
        until(() -> refused.failures() == 1);
        shard.unsubscribe(subscription);
        shard.unsubscribe(subscription); // twice gives back once
        joined(shard, Optional.empty());
        RecordingDeliveryLoop.RecordingSubscriber another = outlet.follower();
        shard.subscribe(LOBBY, Optional.empty(), BOB, outlet, another);
        until(() -> another.failures() == 1);
    }

    /** Members come and go while messages fly through a fan-out that loses, repeats and reorders. */
    @Test
    void a_join_while_messages_fly_sees_neither_a_gap_nor_a_double() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        StreamHubShard shard = carrier(inParts(4_000, 1_000));
        List<RecordingDeliveryLoop.RecordingSubscriber> members = new ArrayList<>();
        List<Position> since = new ArrayList<>();
        Retention all = new Retention(2_000, KEPT.ageMs());
        Position start = await(store.head(LOBBY));
        List<StreamEntry> late = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            StreamEntry entry = appendOne(all);
            late.add(entry);
            if (random.nextInt(4) == 0) {
                late.add(entry);
            }
            while (late.size() > random.nextInt(4)) {
                StreamEntry arriving = late.remove(random.nextInt(late.size()));
                if (random.nextInt(20) > 0) {
                    shard.offer(arriving);
                }
            }
            long known = Math.max(0, entry.position().seq() - random.nextInt(40));
            since.add(new Position(start.epoch(), known));
            RecordingDeliveryLoop.RecordingSubscriber member = outlet.follower();
            members.add(random.nextBoolean() ? member.slow() : member);
            shard.subscribe(LOBBY, Optional.of(since.get(i)), ANN, outlet, member);
            members.get(random.nextInt(members.size())).takeIfHolding();
        }
        appendOne(all);
        shard.offer(appendOne(all)); // shows the hole at the end
        until(() -> {
            members.forEach(RecordingDeliveryLoop.RecordingSubscriber::takeIfHolding);
            return members.stream().allMatch(member -> lastSeen(member) == 1_002);
        });
        for (int i = 0; i < members.size(); i++) {
            long from = since.get(i).seq();
            List<Long> expected = OrdererTest.upTo(1_002).subList((int) from, 1_002);
            assertThat(members.get(i).seqs())
                    .as("seed %d member %d since %d", seed, i, from)
                    .isEqualTo(expected);
        }
    }

    @Test
    void a_last_hint_that_was_lost_is_noticed_once_the_lane_tells_of_it() throws Exception {
        StreamHubShard shard = carrier(config());
        RecordingDeliveryLoop.RecordingSubscriber member = joined(shard, Optional.empty());
        append(2);
        shard.moved(List.of(new Moved(LOBBY, 7)));
        until(() -> member.seqs().equals(List.of(1L, 2L)));
        assertThat(member.losses()).isEmpty();
    }

    /** The read ran before that message was there, and ends after the lane has told of it. */
    @Test
    void a_turn_that_is_told_while_all_is_compared_is_not_forgotten() throws Exception {
        Context context = vertx.getOrCreateContext();
        StreamHubShard shard = new StreamHubShard(context, store, config());
        RecordingDeliveryLoop.RecordingSubscriber member = joined(shard, Optional.empty());
        Promise<Void> answer = store.holdNextRead();
        shard.compareAll(LOBBY.lane());
        until(() -> store.isHolding());
        append(1);
        shard.moved(List.of(new Moved(LOBBY, 7)));
        context.runOnContext(any -> answer.complete());
        until(() -> member.seqs().equals(List.of(1L)));
    }

    @Test
    void a_turn_that_was_met_or_comes_in_time_costs_no_read() throws Exception {
        Context context = vertx.getOrCreateContext();
        StreamHubShard shard = new StreamHubShard(context, store, config());
        RecordingDeliveryLoop.RecordingSubscriber member = joined(shard, Optional.empty());
        int before = store.reads();
        List<StreamEntry> two = append(2);
        shard.offer(inTurn(two.get(0), 7));
        shard.moved(List.of(new Moved(LOBBY, 7)));
        context.runOnContext(inOneTurnOfTheLoop -> {
            shard.moved(List.of(new Moved(LOBBY, 9)));
            shard.offer(inTurn(two.get(1), 9));
        });
        until(() -> member.seqs().equals(List.of(1L, 2L)));
        await(vertx.timer(80, TimeUnit.MILLISECONDS).mapEmpty());
        assertThat(store.reads()).isEqualTo(before);
    }

    @Test
    void streams_of_a_lane_that_cannot_tell_are_all_compared_some_at_once() throws Exception {
        Context context = vertx.getOrCreateContext();
        StreamHubShard shard = new StreamHubShard(context, store, config());
        for (int i = 0; i < 8; i++) {
            RecordingDeliveryLoop.RecordingSubscriber member = outlet.follower();
            shard.subscribe(StreamName.room(new RoomId("room" + i)), Optional.empty(), ANN, outlet, member);
            until(() -> !member.attachments().isEmpty());
        }
        int before = store.reads();
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            shard.compareAll(lane);
        }
        until(() -> store.reads() == before + 8 && store.answers() == store.reads());
        followed(context, shard); // behind what the carrier makes of the last answer
        store.hang();
        context.runOnContext(inOneTurnOfTheLoop -> {
            for (int lane = 0; lane < Lanes.COUNT; lane++) {
                shard.compareAll(lane);
            }
        });
        until(() -> store.reads() == before + 12);
        await(vertx.timer(80, TimeUnit.MILLISECONDS).mapEmpty());
        assertThat(store.reads()).isEqualTo(before + 12);
    }

    @Test
    void who_is_barred_by_an_entry_gets_it_as_the_last_and_the_others_go_on() throws Exception {
        StreamHubShard shard = carrier(config());
        RecordingDeliveryLoop.RecordingSubscriber barred = joined(shard, Optional.empty());
        RecordingDeliveryLoop.RecordingSubscriber secondTab = joined(shard, Optional.empty());
        RecordingDeliveryLoop.RecordingSubscriber other = joinedAs(shard, BOB);
        append(1).forEach(shard::offer);
        shard.offer(bar(ANN));
        append(1).forEach(shard::offer);
        until(() -> other.seqs().equals(List.of(1L, 2L, 3L)));
        assertThat(barred.seqs()).containsExactly(1L, 2L);
        assertThat(secondTab.seqs()).containsExactly(1L, 2L);
        assertThat(List.of(barred.bars(), secondTab.bars(), other.bars())).containsExactly(1, 1, 0);
    }

    @Test
    void who_passes_bars_joins_and_stays_while_the_same_user_elsewhere_goes() throws Exception {
        StreamHubShard shard = carrier(config());
        RecordingDeliveryLoop.RecordingSubscriber member = joined(shard, Optional.empty());
        RecordingDeliveryLoop.RecordingSubscriber admin = outlet.passingBars();
        shard.subscribe(LOBBY, Optional.empty(), ANN, outlet, admin);
        until(() -> !admin.attachments().isEmpty());
        shard.offer(bar(ANN));
        append(1).forEach(shard::offer);
        until(() -> admin.seqs().equals(List.of(1L, 2L)));
        assertThat(List.of(member.bars(), admin.bars())).containsExactly(1, 0);
        RecordingDeliveryLoop.RecordingSubscriber again = outlet.passingBars();
        shard.subscribe(LOBBY, Optional.empty(), ANN, outlet, again);
        until(() -> !again.attachments().isEmpty());
        assertThat(again.bars()).isZero();
    }

    @Test
    void a_bar_is_met_in_the_middle_of_what_a_read_brings() throws Exception {
        StreamHubShard shard = carrier(config());
        RecordingDeliveryLoop.RecordingSubscriber barred = joined(shard, Optional.empty());
        append(1);
        bar(ANN);
        append(1);
        shard.moved(List.of(new Moved(LOBBY, 7)));
        until(() -> barred.bars() == 1);
        assertThat(barred.seqs()).containsExactly(1L, 2L);
    }

    @Test
    void who_is_barred_cannot_join_until_admitted_again() throws Exception {
        StreamHubShard shard = carrier(config());
        bar(ANN);
        RecordingDeliveryLoop.RecordingSubscriber refused = outlet.follower();
        shard.subscribe(LOBBY, Optional.empty(), ANN, outlet, refused);
        until(() -> refused.bars() == 1);
        assertThat(refused.attachments()).isEmpty();
        await(store.unbar(LOBBY, ANN));
        joined(shard, Optional.empty());
    }

    /** Its hint was lost, and it is read while the join waits for the place that the store has told. */
    @Test
    void an_old_removal_does_not_put_out_who_was_admitted_again() throws Exception {
        StreamHubShard shard = carrier(config());
        RecordingDeliveryLoop.RecordingSubscriber witness = joinedAs(shard, BOB);
        bar(ANN);
        await(store.unbar(LOBBY, ANN));
        RecordingDeliveryLoop.RecordingSubscriber back = joined(shard, Optional.empty());
        assertThat(witness.seqs()).containsExactly(1L);
        append(1).forEach(shard::offer);
        until(() -> back.seqs().equals(List.of(2L)));
        assertThat(back.bars()).isZero();
        shard.offer(bar(ANN));
        until(() -> back.bars() == 1);
    }

    @Test
    void who_has_left_is_not_told_of_a_bar_that_is_found_late() throws Exception {
        Context context = vertx.getOrCreateContext();
        StreamHubShard shard = new StreamHubShard(context, store, config());
        RecordingDeliveryLoop.RecordingSubscriber witness = joinedAs(shard, BOB);
        Promise<Access> asked = store.holdNextQuestion();
        RecordingDeliveryLoop.RecordingSubscriber gone = outlet.follower();
        Subscription subscription = shard.subscribe(LOBBY, Optional.empty(), ANN, outlet, gone);
        until(() -> store.questions() == 2);
        shard.unsubscribe(subscription);
        Position head = witness.attachments().get(0).head();
        asked.complete(new Access(head, true));
        append(1).forEach(shard::offer);
        until(() -> witness.seqs().equals(List.of(1L)));
        assertThat(gone.bars()).isZero();
    }

    @Test
    void a_bar_that_comes_while_a_join_is_under_way_meets_the_joiner() throws Exception {
        StreamHubShard shard = carrier(config());
        RecordingDeliveryLoop.RecordingSubscriber witness = joinedAs(shard, BOB);
        Promise<Access> asked = store.holdNextQuestion();
        RecordingDeliveryLoop.RecordingSubscriber joiner = outlet.follower();
        shard.subscribe(LOBBY, Optional.empty(), ANN, outlet, joiner);
        until(() -> store.questions() == 2);
        shard.offer(bar(ANN));
        until(() -> witness.seqs().equals(List.of(1L)));
        asked.complete(new Access(witness.attachments().get(0).head(), false));
        until(() -> joiner.bars() == 1);
        append(1).forEach(shard::offer);
        until(() -> witness.seqs().equals(List.of(1L, 2L)));
        assertThat(joiner.attachments()).isEmpty();
        assertThat(joiner.seqs()).isEmpty();
    }

    @Test
    void a_bar_among_what_was_lost_is_met_before_the_stream_goes_on() throws Exception {
        StreamHubShard shard = carrier(config());
        RecordingDeliveryLoop.RecordingSubscriber barred = joined(shard, Optional.empty());
        RecordingDeliveryLoop.RecordingSubscriber other = joinedAs(shard, BOB);
        bar(ANN);
        List<StreamEntry> later = append(5, new Retention(2, KEPT.ageMs()));
        shard.offer(later.get(4));
        until(() -> other.losses().size() == 1 && barred.bars() == 1);
        append(1).forEach(shard::offer);
        until(() -> other.seqs().equals(List.of(7L)));
        assertThat(barred.seqs()).isEmpty();
    }

    @Test
    void who_is_barred_of_a_large_audience_is_one_question() throws Exception {
        StreamHubShard shard = carrier(config());
        RecordingDeliveryLoop.RecordingSubscriber barred = joined(shard, Optional.empty());
        List<RecordingDeliveryLoop.RecordingSubscriber> others = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            others.add(joinedAs(shard, new UserId("user" + i)));
        }
        int before = store.questions();
        bar(ANN);
        shard.offer(append(5, new Retention(2, KEPT.ageMs())).get(4));
        until(() -> barred.bars() == 1
                && others.stream().allMatch(other -> other.losses().size() == 1));
        assertThat(store.lists()).isEqualTo(1);
        assertThat(store.questions()).isEqualTo(before);
        assertThat(others).allMatch(other -> other.bars() == 0);
    }

    private static int followed(Context context, StreamHubShard shard) throws Exception {
        Promise<Integer> count = Promise.promise();
        context.runOnContext(any -> count.complete(shard.followedCount()));
        return await(count.future());
    }

    private RecordingDeliveryLoop.RecordingSubscriber joinedAs(StreamHubShard shard, UserId user) throws Exception {
        RecordingDeliveryLoop.RecordingSubscriber member = outlet.follower();
        shard.subscribe(LOBBY, Optional.empty(), user, outlet, member);
        until(() -> !member.attachments().isEmpty());
        return member;
    }

    private static StreamEntry inTurn(StreamEntry entry, long turn) {
        return new StreamEntry(entry.stream(), entry.position(), entry.timestamp(), entry.body(), entry.bars(), turn);
    }

    private StreamEntry bar(UserId user) throws Exception {
        byte[] body = "\"type\":\"member_removed\"}".getBytes(StandardCharsets.UTF_8);
        AppendRequest append = new AppendRequest(
                LOBBY, KEPT, 0, body, Optional.empty(), Optional.empty(), Long.MAX_VALUE, Optional.of(user));
        return ((AppendResult.Stored) await(store.append(append))).entry();
    }

    private static long lastSeen(RecordingDeliveryLoop.RecordingSubscriber member) {
        List<Long> seqs = member.seqs();
        return seqs.isEmpty() ? 0 : seqs.get(seqs.size() - 1);
    }

    private RecordingDeliveryLoop.RecordingSubscriber joined(StreamHubShard shard, Optional<Position> since)
            throws Exception {
        RecordingDeliveryLoop.RecordingSubscriber member = outlet.follower();
        shard.subscribe(LOBBY, since, ANN, outlet, member);
        until(() -> !member.attachments().isEmpty());
        return member;
    }

    private static FollowedStreamsListener endings(List<StreamName> dropped) {
        return new FollowedStreamsListener() {
            @Override
            public void began(StreamName stream) {}

            @Override
            public void ended(StreamName stream) {
                dropped.add(stream);
            }
        };
    }

    private static HubMemory roomFor(int streams, int members) {
        return new HubMemory(
                (long) streams * HubMemory.STREAM_BYTES + (long) members * HubMemory.SUBSCRIBER_BYTES, System::nanoTime);
    }

    private StreamHubShard carrier(StreamsConfig config) {
        return new StreamHubShard(vertx.getOrCreateContext(), store, config);
    }

    private static StreamsConfig config() {
        return config(1 << 20, READ_MS, 30_000);
    }

    private static StreamsConfig config(long recentBytes, long readMs, long lingerMs) {
        return config(recentBytes, readMs, lingerMs, 50, 150);
    }

    private static StreamsConfig config(long recentBytes, long readMs, long lingerMs, long gapMs, int resume) {
        return config(recentBytes, readMs, lingerMs, gapMs, resume, PLENTY, 1_000);
    }

    /** What was missed comes in parts of about ten entries. */
    private static StreamsConfig inParts(long recentBytes, int parts) {
        return config(recentBytes, READ_MS, 30_000, 50, 1_002, FEW_ENTRIES, parts);
    }

    private static StreamsConfig config(
            long recentBytes, long readMs, long lingerMs, long gapMs, int resume, int partBytes, int parts) {
        return new StreamsConfig(
                KEPT,
                KEPT,
                KEPT,
                recentBytes,
                1_000,
                1 << 20,
                gapMs,
                new StreamStore.Bounds(resume, 1 << 20),
                partBytes,
                parts,
                1 << 20,
                readMs,
                3,
                8,
                lingerMs,
                4,
                4);
    }

    private List<StreamEntry> append(int count) throws Exception {
        return append(count, new Retention(1_000, KEPT.ageMs()));
    }

    private List<StreamEntry> append(int count, Retention retention) throws Exception {
        List<StreamEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(appendOne(retention));
        }
        return entries;
    }

    private StreamEntry appendOne(Retention retention) throws Exception {
        byte[] body = "\"type\":\"chat\"}".getBytes(StandardCharsets.UTF_8);
        AppendRequest append =
                new AppendRequest(LOBBY, retention, 0, body, Optional.empty(), Optional.empty(), Long.MAX_VALUE);
        return ((AppendResult.Stored) await(store.append(append))).entry();
    }

    private void until(BooleanSupplier condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException();
            }
            await(vertx.timer(2, TimeUnit.MILLISECONDS).mapEmpty());
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }

    /** The real store, counted, and cut off on demand. */
    private static final class WatchedStore implements StreamStore {
        private final StreamStore real;
        private int reads;
        private int answers;
        private int failures;
        private boolean hanging;
        private int questions;
        private int lists;
        private Optional<Promise<Access>> held = Optional.empty();
        private Optional<Promise<Void>> heldRead = Optional.empty();
        private boolean holding;

        WatchedStore(StreamStore real) {
            this.real = real;
        }

        synchronized void failNext(int count) {
            failures = count;
        }

        synchronized int failuresLeft() {
            return failures;
        }

        synchronized void hang() {
            hanging = true;
        }

        /** Keeps the next answer back until the test gives it. */
        synchronized Promise<Access> holdNextQuestion() {
            Promise<Access> answer = Promise.promise();
            held = Optional.of(answer);
            return answer;
        }

        /** The next read is done at once, and keeps its answer back until the test lets it go. */
        synchronized Promise<Void> holdNextRead() {
            Promise<Void> answer = Promise.promise();
            heldRead = Optional.of(answer);
            return answer;
        }

        synchronized boolean isHolding() {
            return holding;
        }

        synchronized int questions() {
            return questions;
        }

        synchronized int lists() {
            return lists;
        }

        synchronized int reads() {
            return reads;
        }

        /** Those reads that were not made to fail or hang, and have come back. */
        synchronized int answers() {
            return answers;
        }

        private synchronized void answered() {
            answers++;
        }

        @Override
        public synchronized Future<Slice> resume(StreamName stream, Optional<Position> since, Bounds bounds) {
            reads++;
            if (hanging) {
                return Promise.<Slice>promise().future();
            }
            if (failures > 0) {
                failures--;
                return Future.failedFuture(new StoreFailure("away"));
            }
            Future<Slice> read = real.resume(stream, since, bounds).onComplete(any -> answered());
            Optional<Promise<Void>> answer = heldRead;
            heldRead = Optional.empty();
            return answer.map(let -> read.compose(slice -> hold(let, slice))).orElse(read);
        }

        private synchronized Future<Slice> hold(Promise<Void> answer, Slice slice) {
            holding = true;
            return onAskersContext(answer.future().map(slice));
        }

        /** As the real store answers, whichever thread of the test lets the answer go: in a turn of its own. */
        private static <T> Future<T> onAskersContext(Future<T> answer) {
            ContextInternal asker = ContextInternal.current();
            Promise<T> asked = asker.promise();
            answer.onComplete(any -> asker.runOnContext(turn -> answer.onComplete(asked)));
            return asked.future();
        }

        @Override
        public Future<AppendResult> append(AppendRequest append) {
            return real.append(append);
        }

        @Override
        public Future<Position> head(StreamName stream) {
            return real.head(stream);
        }

        @Override
        public Future<Slice> after(StreamName stream, long after, Bounds bounds) {
            return real.after(stream, after, bounds);
        }

        @Override
        public Future<Slice> before(StreamName stream, long before, Bounds bounds) {
            return real.before(stream, before, bounds);
        }

        @Override
        public synchronized Future<Access> access(StreamName stream, UserId user) {
            questions++;
            if (held.isPresent()) {
                Promise<Access> answer = held.get();
                held = Optional.empty();
                return onAskersContext(answer.future());
            }
            return real.access(stream, user);
        }

        @Override
        public synchronized Future<Set<UserId>> barred(StreamName stream, Set<UserId> among) {
            lists++;
            return real.barred(stream, among);
        }

        @Override
        public Future<Void> unbar(StreamName stream, UserId user) {
            return real.unbar(stream, user);
        }
    }
}
