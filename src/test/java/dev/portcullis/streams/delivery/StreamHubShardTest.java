package dev.portcullis.streams.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendResult;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Access;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.TransientFrame;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
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
    private static final int PART_BYTES = 700; // about ten entries of these tests
    private static final int READ_MS =
            120_000; // long, since a late read is repeated and a busy machine would make reads late
    private static final Retention KEPT = new Retention(300, TimeUnit.HOURS.toMillis(24));

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private EmbeddedStreamsFixture life;
    private WatchedStore store;
    private RecordingDeliveryLoop loop;

    @BeforeEach
    void open() throws Exception {
        life = EmbeddedStreamsFixture.open(folder, new SettableClock());
        store = new WatchedStore(life.streams());
        loop = new RecordingDeliveryLoop();
    }

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
        life.close();
    }

    @Test
    void subscriber_gets_entries_after_its_head() throws Exception {
        StreamHubShard shard = shardWith(config());
        append(3);
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined(shard, Optional.empty());
        append(2).forEach(shard::offer);
        until(() -> subscriber.seqs().equals(List.of(4L, 5L)));
        assertThat(subscriber.attachments().get(0).head().seq()).isEqualTo(3);
        assertThat(subscriber.attachments().get(0).exact()).isFalse();
    }

    @Test
    void resume_gets_missed_entries_and_then_live_ones() throws Exception {
        StreamHubShard shard = shardWith(config());
        Position second = append(2).get(1).position();
        append(2);
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined(shard, Optional.of(second));
        append(1).forEach(shard::offer);
        until(() -> subscriber.seqs().equals(List.of(3L, 4L, 5L)));
        assertThat(subscriber.attachments().get(0).exact()).isTrue();
    }

    @Test
    void two_subscribers_of_one_loop_cost_one_delivery() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber one = joined(shard, Optional.empty());
        RecordingDeliveryLoop.RecordingSubscriber two = joined(shard, Optional.empty());
        append(1).forEach(shard::offer);
        until(() -> one.seqs().equals(List.of(1L)) && two.seqs().equals(List.of(1L)));
        assertThat(loop.deliveries()).isEqualTo(1);
    }

    @Test
    void loop_gets_deliveries_until_its_last_subscriber_left() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber first = loop.subscriber();
        Subscription one = shard.subscribe(LOBBY, Optional.empty(), ANN, loop, first);
        RecordingDeliveryLoop.RecordingSubscriber second = loop.subscriber();
        Subscription two = shard.subscribe(LOBBY, Optional.empty(), ANN, loop, second);
        until(() -> !first.attachments().isEmpty() && !second.attachments().isEmpty());
        shard.unsubscribe(one);
        shard.unsubscribe(one);
        append(1).forEach(shard::offer);
        until(() -> loop.deliveries() == 1);
        shard.unsubscribe(two);
        RecordingDeliveryLoop other = new RecordingDeliveryLoop();
        RecordingDeliveryLoop.RecordingSubscriber witness = other.subscriber();
        shard.subscribe(LOBBY, Optional.empty(), ANN, other, witness);
        until(() -> !witness.attachments().isEmpty());
        append(1).forEach(shard::offer);
        until(() -> witness.seqs().equals(List.of(2L)));
        assertThat(loop.deliveries()).isEqualTo(1);
    }

    @Test
    void entries_lost_by_the_fan_out_are_read_once_a_later_entry_shows_the_gap() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined(shard, Optional.empty());
        List<StreamEntry> three = append(3);
        long began = System.nanoTime();
        shard.offer(three.get(2));
        until(() -> subscriber.seqs().equals(List.of(1L, 2L, 3L)));
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isGreaterThanOrEqualTo(49);
        assertThat(subscriber.losses()).isEmpty();
    }

    @Test
    void gap_that_closes_in_time_costs_no_read() throws Exception {
        Context context = vertx.getOrCreateContext();
        StreamHubShard shard = new StreamHubShard(context, store, config());
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined(shard, Optional.empty());
        int before = store.reads();
        List<StreamEntry> three = append(3);
        context.runOnContext(inOneRunOfTheLoop -> {
            shard.offer(three.get(2));
            shard.offer(three.get(1));
            shard.offer(three.get(0));
        });
        until(() -> subscriber.seqs().equals(List.of(1L, 2L, 3L)));
        await(vertx.timer(80, TimeUnit.MILLISECONDS).mapEmpty());
        assertThat(store.reads()).isEqualTo(before);
    }

    @Test
    void gap_that_cannot_be_closed_gives_subscribers_a_loss() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined(shard, Optional.empty());
        List<StreamEntry> entries = append(5, new Retention(2, KEPT.ageMs()));
        shard.offer(entries.get(4));
        until(() -> !subscriber.losses().isEmpty());
        assertThat(subscriber.losses()).containsExactly(entries.get(4).position());
        append(1).forEach(shard::offer);
        until(() -> subscriber.seqs().equals(List.of(6L)));
    }

    @Test
    void gap_is_closed_after_the_store_is_back() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined(shard, Optional.empty());
        List<StreamEntry> two = append(2);
        store.failNext(4);
        shard.offer(two.get(1));
        until(() -> subscriber.seqs().equals(List.of(1L, 2L)));
        assertThat(store.failuresLeft()).isZero();
    }

    /** As on an edge node that broadcasters don't know yet: no hint comes over the bus. */
    @Test
    void subscription_includes_entries_acknowledged_before_it_even_without_a_hint() throws Exception {
        StreamHubShard shard = shardWith(config());
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
    void subscription_waits_for_a_hint_in_flight_without_a_read() throws Exception {
        StreamHubShard shard = shardWith(config(1 << 20, READ_MS, 30_000, 30_000, 150));
        RecordingDeliveryLoop.RecordingSubscriber early = joined(shard, Optional.empty());
        int before = store.reads();
        StreamEntry first = append(1).get(0);
        RecordingDeliveryLoop.RecordingSubscriber fresh = loop.subscriber();
        shard.subscribe(LOBBY, Optional.empty(), BOB, loop, fresh);
        until(() -> store.accessReads() == 2);
        shard.offer(first);
        until(() -> !fresh.attachments().isEmpty());
        assertThat(fresh.attachments().get(0).head()).isEqualTo(first.position());
        assertThat(early.seqs()).containsExactly(1L);
        assertThat(store.reads()).isEqualTo(before);
    }

    @Test
    void subscription_fails_when_the_store_stays_away_and_a_later_one_succeeds() throws Exception {
        StreamHubShard shard = shardWith(config());
        store.failNext(3);
        RecordingDeliveryLoop.RecordingSubscriber refused = loop.subscriber();
        shard.subscribe(LOBBY, Optional.empty(), ANN, loop, refused);
        until(() -> refused.failures() == 1);
        assertThat(refused.attachments()).isEmpty();
        joined(shard, Optional.empty());
    }

    @Test
    void subscription_succeeds_when_the_store_is_away_for_a_moment() throws Exception {
        StreamHubShard shard = shardWith(config());
        store.failNext(2);
        joined(shard, Optional.empty());
    }

    @Test
    void subscription_fails_when_the_store_never_answers() throws Exception {
        StreamHubShard shard = shardWith(config(1 << 20, 20, 30_000));
        store.hang();
        RecordingDeliveryLoop.RecordingSubscriber refused = loop.subscriber();
        shard.subscribe(LOBBY, Optional.empty(), ANN, loop, refused);
        until(() -> refused.failures() == 1);
    }

    @Test
    void reconnect_storm_is_served_from_memory() throws Exception {
        StreamHubShard shard = shardWith(config());
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
    void reconnect_storm_beyond_memory_shares_its_reads() throws Exception {
        StreamHubShard shard = shardWith(config());
        List<StreamEntry> entries = append(20);
        joined(shard, Optional.empty());
        int before = store.reads();
        List<RecordingDeliveryLoop.RecordingSubscriber> storm = new ArrayList<>();
        Context context = vertx.getOrCreateContext();
        Promise<Integer> attached = Promise.promise();
        context.runOnContext(any -> {
            for (int i = 0; i < 200; i++) {
                RecordingDeliveryLoop.RecordingSubscriber back = loop.subscriber();
                storm.add(back);
                shard.subscribe(LOBBY, Optional.of(entries.get(9).position()), ANN, loop, back);
            }
            attached.complete(storm.size());
        });
        await(attached.future());
        until(() -> storm.stream().allMatch(back -> back.seqs().size() == 10));
        assertThat(store.reads() - before)
                .as("ten parts, some read twice by concurrent resumes; without sharing it is five hundred")
                .isLessThan(50);
    }

    @Test
    void missed_entries_beyond_one_part_come_in_further_parts_before_live_ones() throws Exception {
        StreamHubShard shard = shardWith(config());
        Position first = append(500).get(0).position();
        RecordingDeliveryLoop.RecordingSubscriber subscriber =
                joined(shard, Optional.of(new Position(first.epoch(), 100)));
        append(1).forEach(shard::offer);
        until(() -> subscriber.seqs().size() == 401);
        assertThat(subscriber.seqs()).isEqualTo(OrdererTest.upTo(501).subList(100, 501));
        assertThat(subscriber.parts())
                .extracting(
                        Slice::more,
                        Slice::exact,
                        part -> part.head().seq(),
                        part -> part.entries().size())
                .containsExactly(Tuple.tuple(true, true, 250L, 150), Tuple.tuple(true, true, 400L, 150));
        Slice last = subscriber.attachments().get(0);
        assertThat(last.more()).isFalse();
        assertThat(last.exact()).isTrue();
        assertThat(last.head().seq()).isEqualTo(500);
    }

    @Test
    void part_has_at_least_one_entry_and_keeps_its_byte_limit() throws Exception {
        StreamHubShard shard = shardWith(config(1 << 20, READ_MS, 30_000, 50, 150, 1, 1_000));
        Position start = await(store.head(LOBBY));
        append(5);
        RecordingDeliveryLoop.RecordingSubscriber one = joined(shard, Optional.of(start));
        assertThat(one.parts()).allMatch(part -> part.entries().size() == 1).hasSize(4);
        RecordingDeliveryLoop.RecordingSubscriber few = joined(shardWith(inParts(1 << 20, 1_000)), Optional.of(start));
        assertThat(few.parts()).isEmpty();
        append(100);
        RecordingDeliveryLoop.RecordingSubscriber many = joined(shardWith(inParts(1 << 20, 1_000)), Optional.of(start));
        assertThat(many.parts())
                .hasSizeGreaterThan(5)
                .allMatch(part ->
                        part.entries().stream().mapToInt(EntryFrame::length).sum() <= PART_BYTES);
    }

    @Test
    void slow_reader_misses_no_entry_that_arrives_meanwhile() throws Exception {
        StreamHubShard shard = shardWith(inParts(1 << 20, 1_000));
        Position start = await(store.head(LOBBY));
        append(40);
        RecordingDeliveryLoop.RecordingSubscriber witness = joinedAs(shard, BOB);
        RecordingDeliveryLoop.RecordingSubscriber slow = loop.subscriber().slow();
        shard.subscribe(LOBBY, Optional.of(start), ANN, loop, slow);
        long seq = 40;
        while (slow.attachments().isEmpty()) {
            until(() -> slow.isHolding() || !slow.attachments().isEmpty());
            if (slow.isHolding()) {
                append(3).forEach(shard::offer);
                seq += 3;
                long current = seq;
                until(() -> lastSeen(witness) == current);
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
    void slow_reader_that_falls_out_of_the_retention_is_not_recovered() throws Exception {
        Retention twenty = new Retention(20, KEPT.ageMs());
        StreamHubShard shard = shardWith(inParts(64 << 10, 1_000));
        Position start = await(store.head(LOBBY));
        append(20, twenty);
        RecordingDeliveryLoop.RecordingSubscriber witness = joinedAs(shard, BOB);
        RecordingDeliveryLoop.RecordingSubscriber slow = loop.subscriber().slow();
        shard.subscribe(LOBBY, Optional.of(start), ANN, loop, slow);
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
    void resume_that_needs_too_many_parts_is_not_recovered() throws Exception {
        StreamHubShard shard = shardWith(inParts(1 << 20, 3));
        Position start = await(store.head(LOBBY));
        append(100);
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined(shard, Optional.of(start));
        assertThat(subscriber.parts()).hasSize(2);
        assertThat(subscriber.attachments().get(0).exact()).isFalse();
        assertThat(subscriber.attachments().get(0).head().seq()).isEqualTo(100);
    }

    @Test
    void bar_between_two_parts_ends_the_resume() throws Exception {
        StreamHubShard shard = shardWith(inParts(1 << 20, 1_000));
        Position start = await(store.head(LOBBY));
        append(40);
        RecordingDeliveryLoop.RecordingSubscriber witness = joinedAs(shard, BOB);
        RecordingDeliveryLoop.RecordingSubscriber slow = loop.subscriber().slow();
        shard.subscribe(LOBBY, Optional.of(start), ANN, loop, slow);
        until(slow::isHolding);
        shard.offer(bar(ANN));
        until(() -> slow.bars() == 1);
        slow.take();
        append(1).forEach(shard::offer);
        until(() -> lastSeen(witness) == 42);
        joinedAs(shard, BOB); // the shard has processed all earlier calls
        assertThat(slow.attachments()).isEmpty();
        assertThat(slow.parts()).hasSize(1);
    }

    @Test
    void entry_of_all_users_is_the_last_one_of_all_who_joined_before_it() throws Exception {
        StreamHubShard shard = new StreamHubShard(vertx.getOrCreateContext(), store, inParts(1 << 20, 1_000));
        RecordingDeliveryLoop.RecordingSubscriber ann = joinedAs(shard, ANN);
        RecordingDeliveryLoop.RecordingSubscriber bob = joinedAs(shard, BOB);
        shard.offer(bar(StreamEntry.ALL_USERS));
        until(() -> ann.bars() == 1 && bob.bars() == 1);
        assertThat(lastSeen(ann)).isEqualTo(1);
        RecordingDeliveryLoop.RecordingSubscriber late = joinedAs(shard, BOB);
        append(1).forEach(shard::offer);
        until(() -> lastSeen(late) == 2);
        assertThat(late.bars()).isZero();
        assertThat(lastSeen(ann)).isEqualTo(1);
    }

    @Test
    void unsubscribe_between_two_parts_ends_the_resume_and_the_stream_is_idle() throws Exception {
        Context context = vertx.getOrCreateContext();
        StreamHubShard shard = new StreamHubShard(context, store, inParts(1 << 20, 1_000));
        Position start = await(store.head(LOBBY));
        append(40);
        RecordingDeliveryLoop.RecordingSubscriber slow = loop.subscriber().slow();
        Subscription subscription = shard.subscribe(LOBBY, Optional.of(start), ANN, loop, slow);
        until(slow::isHolding);
        assertThat(followed(context, shard)).isOne();
        shard.unsubscribe(subscription);
        slow.take();
        assertThat(followed(context, shard)).isZero();
        assertThat(slow.parts()).hasSize(1);
        assertThat(slow.attachments()).isEmpty();
    }

    /** Some of them take their parts at once, others one after the other. */
    @Test
    void thousand_resumes_in_parts_from_one_position_share_their_reads() throws Exception {
        StreamHubShard shard = shardWith(inParts(64 << 10, 1_000));
        Position start = await(store.head(LOBBY));
        append(100);
        joinedAs(shard, BOB);
        int before = store.reads();
        List<RecordingDeliveryLoop.RecordingSubscriber> storm = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            RecordingDeliveryLoop.RecordingSubscriber back = loop.subscriber();
            storm.add(i < 50 ? back.slow() : back);
            shard.subscribe(LOBBY, Optional.of(start), ANN, loop, back);
        }
        for (RecordingDeliveryLoop.RecordingSubscriber each : storm) {
            until(() -> {
                each.takeIfHolding();
                return !each.attachments().isEmpty();
            });
        }
        assertThat(storm).allMatch(back -> back.seqs().equals(OrdererTest.upTo(100)));
        assertThat(store.reads() - before)
                .as("ten parts, some read twice by concurrent resumes; without sharing it is five hundred")
                .isLessThan(50);
    }

    @Test
    void stream_without_subscribers_ends_after_the_linger_time_and_is_opened_again() throws Exception {
        List<StreamName> dropped = new CopyOnWriteArrayList<>();
        StreamHubShard shard = new StreamHubShard(
                vertx.getOrCreateContext(),
                store,
                config(1 << 20, READ_MS, 1),
                endings(dropped),
                HubMemory.ofLargestHeap());
        RecordingDeliveryLoop.RecordingSubscriber subscriber = loop.subscriber();
        Subscription subscription = shard.subscribe(LOBBY, Optional.empty(), ANN, loop, subscriber);
        until(() -> !subscriber.attachments().isEmpty());
        shard.unsubscribe(subscription);
        until(() -> dropped.contains(LOBBY));
        int before = store.reads();
        append(2).forEach(shard::offer);
        RecordingDeliveryLoop.RecordingSubscriber later = joined(shard, Optional.empty());
        assertThat(later.attachments().get(0).head().seq()).isEqualTo(2);
        assertThat(store.reads()).isEqualTo(before + 1);
    }

    @Test
    void subscription_beyond_the_limit_of_streams_fails() throws Exception {
        StreamHubShard shard = shardWith(config());
        for (int i = 0; i < 8; i++) {
            RecordingDeliveryLoop.RecordingSubscriber subscriber = loop.subscriber();
            shard.subscribe(StreamName.room(new RoomId("room" + i)), Optional.empty(), ANN, loop, subscriber);
            until(() -> !subscriber.attachments().isEmpty());
        }
        RecordingDeliveryLoop.RecordingSubscriber refused = loop.subscriber();
        shard.subscribe(LOBBY, Optional.empty(), ANN, loop, refused);
        until(() -> refused.failures() == 1);
    }

    @Test
    void shards_of_one_node_share_its_memory_limit() throws Exception {
        HubMemory room = roomFor(1, 2);
        StreamsConfig brief = config(1 << 20, READ_MS, 1);
        StreamHubShard one =
                new StreamHubShard(vertx.getOrCreateContext(), store, brief, FollowedStreamsListener.NONE, room);
        StreamHubShard other =
                new StreamHubShard(vertx.getOrCreateContext(), store, brief, FollowedStreamsListener.NONE, room);
        joined(one, Optional.empty());
        RecordingDeliveryLoop.RecordingSubscriber refused = loop.subscriber();
        other.subscribe(LOBBY, Optional.empty(), BOB, loop, refused);
        until(() -> refused.failures() == 1);
        assertThat(refused.attachments()).isEmpty();
    }

    @Test
    void stream_that_ended_frees_its_memory() throws Exception {
        HubMemory room = roomFor(1, 1);
        List<StreamName> dropped = new CopyOnWriteArrayList<>();
        StreamHubShard shard = new StreamHubShard(
                vertx.getOrCreateContext(), store, config(1 << 20, READ_MS, 1), endings(dropped), room);
        RecordingDeliveryLoop.RecordingSubscriber first = loop.subscriber();
        Subscription subscription =
                shard.subscribe(StreamName.room(new RoomId("first")), Optional.empty(), ANN, loop, first);
        until(() -> !first.attachments().isEmpty());
        shard.unsubscribe(subscription);
        until(() -> !dropped.isEmpty());
        joined(shard, Optional.empty());
    }

    @Test
    void subscription_beyond_the_memory_limit_fails_until_another_is_removed() throws Exception {
        StreamHubShard shard = new StreamHubShard(
                vertx.getOrCreateContext(),
                store,
                config(1 << 20, READ_MS, 1),
                FollowedStreamsListener.NONE,
                roomFor(1, 2));
        RecordingDeliveryLoop.RecordingSubscriber first = loop.subscriber();
        Subscription subscription = shard.subscribe(LOBBY, Optional.empty(), ANN, loop, first);
        joined(shard, Optional.empty());
        RecordingDeliveryLoop.RecordingSubscriber refused = loop.subscriber();
        shard.subscribe(LOBBY, Optional.empty(), BOB, loop, refused);
        until(() -> refused.failures() == 1);
        shard.unsubscribe(subscription);
        shard.unsubscribe(subscription); // a second call frees nothing
        joined(shard, Optional.empty());
        RecordingDeliveryLoop.RecordingSubscriber another = loop.subscriber();
        shard.subscribe(LOBBY, Optional.empty(), BOB, loop, another);
        until(() -> another.failures() == 1);
    }

    /** Subscribers come while a fan-out loses, repeats and reorders entries. */
    @Test
    void subscription_during_traffic_sees_neither_a_gap_nor_a_duplicate() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        StreamHubShard shard = shardWith(inParts(4_000, 1_000));
        List<RecordingDeliveryLoop.RecordingSubscriber> subscribers = new ArrayList<>();
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
            RecordingDeliveryLoop.RecordingSubscriber subscriber = loop.subscriber();
            subscribers.add(random.nextBoolean() ? subscriber.slow() : subscriber);
            shard.subscribe(LOBBY, Optional.of(since.get(i)), ANN, loop, subscriber);
            subscribers.get(random.nextInt(subscribers.size())).takeIfHolding();
        }
        appendOne(all);
        shard.offer(appendOne(all)); // shows the gap at the end
        until(() -> {
            subscribers.forEach(RecordingDeliveryLoop.RecordingSubscriber::takeIfHolding);
            return subscribers.stream().allMatch(subscriber -> lastSeen(subscriber) == 1_002);
        });
        for (int i = 0; i < subscribers.size(); i++) {
            long from = since.get(i).seq();
            List<Long> expected = OrdererTest.upTo(1_002).subList((int) from, 1_002);
            assertThat(subscribers.get(i).seqs())
                    .as("seed %d subscriber %d since %d", seed, i, from)
                    .isEqualTo(expected);
        }
    }

    @Test
    void last_hint_that_was_lost_is_noticed_once_the_lane_reports_the_append() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined(shard, Optional.empty());
        append(2);
        shard.moved(List.of(new Moved(LOBBY, 7)));
        until(() -> subscriber.seqs().equals(List.of(1L, 2L)));
        assertThat(subscriber.losses()).isEmpty();
    }

    /** The read ran before that append, and ends after the lane has reported it. */
    @Test
    void append_reported_during_a_comparison_is_not_forgotten() throws Exception {
        Context context = vertx.getOrCreateContext();
        StreamHubShard shard = new StreamHubShard(context, store, config());
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined(shard, Optional.empty());
        Promise<Void> answer = store.holdNextRead();
        shard.compareAll(LOBBY.lane());
        until(() -> store.isHolding());
        append(1);
        shard.moved(List.of(new Moved(LOBBY, 7)));
        context.runOnContext(any -> answer.complete());
        until(() -> subscriber.seqs().equals(List.of(1L)));
    }

    @Test
    void reported_append_that_was_seen_or_arrives_in_time_costs_no_read() throws Exception {
        Context context = vertx.getOrCreateContext();
        StreamHubShard shard = new StreamHubShard(context, store, config());
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined(shard, Optional.empty());
        int before = store.reads();
        List<StreamEntry> two = append(2);
        shard.offer(withLaneSeq(two.get(0), 7));
        shard.moved(List.of(new Moved(LOBBY, 7)));
        context.runOnContext(inOneRunOfTheLoop -> {
            shard.moved(List.of(new Moved(LOBBY, 9)));
            shard.offer(withLaneSeq(two.get(1), 9));
        });
        until(() -> subscriber.seqs().equals(List.of(1L, 2L)));
        await(vertx.timer(80, TimeUnit.MILLISECONDS).mapEmpty());
        assertThat(store.reads()).isEqualTo(before);
    }

    @Test
    void all_streams_of_an_unknown_lane_are_compared_with_bounded_concurrency() throws Exception {
        Context context = vertx.getOrCreateContext();
        StreamHubShard shard = new StreamHubShard(context, store, config());
        for (int i = 0; i < 8; i++) {
            RecordingDeliveryLoop.RecordingSubscriber subscriber = loop.subscriber();
            shard.subscribe(StreamName.room(new RoomId("room" + i)), Optional.empty(), ANN, loop, subscriber);
            until(() -> !subscriber.attachments().isEmpty());
        }
        int before = store.reads();
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            shard.compareAll(lane);
        }
        until(() -> store.reads() == before + 8 && store.answers() == store.reads());
        followed(context, shard); // after the shard has processed the last answer
        store.hang();
        context.runOnContext(inOneRunOfTheLoop -> {
            for (int lane = 0; lane < Lanes.COUNT; lane++) {
                shard.compareAll(lane);
            }
        });
        until(() -> store.reads() == before + 12);
        await(vertx.timer(80, TimeUnit.MILLISECONDS).mapEmpty());
        assertThat(store.reads()).isEqualTo(before + 12);
    }

    @Test
    void barred_user_gets_the_barring_entry_last_and_others_continue() throws Exception {
        StreamHubShard shard = shardWith(config());
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
    void transient_frame_reaches_those_who_are_attached_and_no_stream() throws Exception {
        StreamHubShard shard = shardWith(config());
        append(2);
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined(shard, Optional.empty());
        shard.pass(new TransientFrame(LOBBY, "typing".getBytes(StandardCharsets.UTF_8)));
        shard.pass(new TransientFrame(StreamName.room(new RoomId("other")), "no".getBytes(StandardCharsets.UTF_8)));
        append(1).forEach(shard::offer);
        until(() -> subscriber.seqs().equals(List.of(3L)));
        assertThat(subscriber.passed()).containsExactly("typing");
        assertThat(joined(shard, Optional.empty()).passed())
                .as("what a later subscriber gets")
                .isEmpty();
    }

    @Test
    void barred_user_gets_no_transient_frame() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber barred = joined(shard, Optional.empty());
        RecordingDeliveryLoop.RecordingSubscriber other = joinedAs(shard, BOB);
        shard.offer(bar(ANN));
        shard.pass(new TransientFrame(LOBBY, "typing".getBytes(StandardCharsets.UTF_8)));
        until(() -> other.passed().equals(List.of("typing")));
        assertThat(barred.bars()).isOne();
        assertThat(barred.passed()).isEmpty();
    }

    @Test
    void subscriber_that_passes_bars_stays_while_others_of_the_user_are_barred() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joined(shard, Optional.empty());
        RecordingDeliveryLoop.RecordingSubscriber admin = loop.subscriberPassingBars();
        shard.subscribe(LOBBY, Optional.empty(), ANN, loop, admin);
        until(() -> !admin.attachments().isEmpty());
        shard.offer(bar(ANN));
        append(1).forEach(shard::offer);
        until(() -> admin.seqs().equals(List.of(1L, 2L)));
        assertThat(List.of(subscriber.bars(), admin.bars())).containsExactly(1, 0);
        RecordingDeliveryLoop.RecordingSubscriber again = loop.subscriberPassingBars();
        shard.subscribe(LOBBY, Optional.empty(), ANN, loop, again);
        until(() -> !again.attachments().isEmpty());
        assertThat(again.bars()).isZero();
    }

    @Test
    void bar_in_the_middle_of_a_read_is_applied_at_its_entry() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber barred = joined(shard, Optional.empty());
        append(1);
        bar(ANN);
        append(1);
        shard.moved(List.of(new Moved(LOBBY, 7)));
        until(() -> barred.bars() == 1);
        assertThat(barred.seqs()).containsExactly(1L, 2L);
    }

    @Test
    void barred_user_cannot_subscribe_until_unbarred() throws Exception {
        StreamHubShard shard = shardWith(config());
        bar(ANN);
        RecordingDeliveryLoop.RecordingSubscriber refused = loop.subscriber();
        shard.subscribe(LOBBY, Optional.empty(), ANN, loop, refused);
        until(() -> refused.bars() == 1);
        assertThat(refused.attachments()).isEmpty();
        await(store.unbar(LOBBY, ANN));
        joined(shard, Optional.empty());
    }

    /** The bar's hint was lost; the bar is read while the subscription waits for the head that the store named. */
    @Test
    void bar_that_arrives_late_does_not_remove_a_user_who_was_unbarred() throws Exception {
        StreamHubShard shard = shardWith(config());
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
    void removed_subscriber_is_not_notified_of_a_bar_found_late() throws Exception {
        Context context = vertx.getOrCreateContext();
        StreamHubShard shard = new StreamHubShard(context, store, config());
        RecordingDeliveryLoop.RecordingSubscriber witness = joinedAs(shard, BOB);
        Promise<Access> asked = store.holdNextAccess();
        RecordingDeliveryLoop.RecordingSubscriber gone = loop.subscriber();
        Subscription subscription = shard.subscribe(LOBBY, Optional.empty(), ANN, loop, gone);
        until(() -> store.accessReads() == 2);
        shard.unsubscribe(subscription);
        Position head = witness.attachments().get(0).head();
        asked.complete(new Access(head, true));
        append(1).forEach(shard::offer);
        until(() -> witness.seqs().equals(List.of(1L)));
        assertThat(gone.bars()).isZero();
    }

    @Test
    void bar_during_a_pending_subscription_removes_it() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber witness = joinedAs(shard, BOB);
        Promise<Access> asked = store.holdNextAccess();
        RecordingDeliveryLoop.RecordingSubscriber joiner = loop.subscriber();
        shard.subscribe(LOBBY, Optional.empty(), ANN, loop, joiner);
        until(() -> store.accessReads() == 2);
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
    void bar_among_lost_entries_is_applied_before_the_stream_continues() throws Exception {
        StreamHubShard shard = shardWith(config());
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
    void bars_of_many_subscribers_are_read_in_one_call() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber barred = joined(shard, Optional.empty());
        List<RecordingDeliveryLoop.RecordingSubscriber> others = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            others.add(joinedAs(shard, new UserId("user" + i)));
        }
        int before = store.accessReads();
        bar(ANN);
        shard.offer(append(5, new Retention(2, KEPT.ageMs())).get(4));
        until(() -> barred.bars() == 1
                && others.stream().allMatch(other -> other.losses().size() == 1));
        assertThat(store.barredReads()).isEqualTo(1);
        assertThat(store.accessReads()).isEqualTo(before);
        assertThat(others).allMatch(other -> other.bars() == 0);
    }

    private static int followed(Context context, StreamHubShard shard) throws Exception {
        Promise<Integer> count = Promise.promise();
        context.runOnContext(any -> count.complete(shard.followedRooms()));
        return await(count.future());
    }

    private RecordingDeliveryLoop.RecordingSubscriber joinedAs(StreamHubShard shard, UserId user) throws Exception {
        RecordingDeliveryLoop.RecordingSubscriber subscriber = loop.subscriber();
        shard.subscribe(LOBBY, Optional.empty(), user, loop, subscriber);
        until(() -> !subscriber.attachments().isEmpty());
        return subscriber;
    }

    private static StreamEntry withLaneSeq(StreamEntry entry, long laneSeq) {
        return new StreamEntry(
                entry.stream(), entry.position(), entry.timestamp(), entry.body(), entry.bars(), laneSeq);
    }

    private StreamEntry bar(UserId user) throws Exception {
        byte[] body = "\"type\":\"member_removed\"}".getBytes(StandardCharsets.UTF_8);
        AppendRequest append = new AppendRequest(
                LOBBY, KEPT, 0, body, Optional.empty(), Optional.empty(), Long.MAX_VALUE, Optional.of(user));
        return ((AppendResult.Stored) await(store.append(append))).entry();
    }

    private static long lastSeen(RecordingDeliveryLoop.RecordingSubscriber subscriber) {
        List<Long> seqs = subscriber.seqs();
        return seqs.isEmpty() ? 0 : seqs.get(seqs.size() - 1);
    }

    private RecordingDeliveryLoop.RecordingSubscriber joined(StreamHubShard shard, Optional<Position> since)
            throws Exception {
        RecordingDeliveryLoop.RecordingSubscriber subscriber = loop.subscriber();
        shard.subscribe(LOBBY, since, ANN, loop, subscriber);
        until(() -> !subscriber.attachments().isEmpty());
        return subscriber;
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

    private static HubMemory roomFor(int streams, int subscribers) {
        return new HubMemory(
                (long) streams * HubMemory.STREAM_BYTES + (long) subscribers * HubMemory.SUBSCRIBER_BYTES,
                System::nanoTime);
    }

    private StreamHubShard shardWith(StreamsConfig config) {
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

    /** Parts have about ten entries. */
    private static StreamsConfig inParts(long recentBytes, int parts) {
        return config(recentBytes, READ_MS, 30_000, 50, 1_002, PART_BYTES, parts);
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

    /** The real store, with counted calls and failures on demand. */
    private static final class WatchedStore implements StreamStore {
        private final StreamStore real;
        private int reads;
        private int answers;
        private int failures;
        private boolean hanging;
        private int accessReads;
        private int barredReads;
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

        /** Holds the next answer until the test completes it. */
        synchronized Promise<Access> holdNextAccess() {
            Promise<Access> answer = Promise.promise();
            held = Optional.of(answer);
            return answer;
        }

        /** The next read runs at once, and its answer is held until the test releases it. */
        synchronized Promise<Void> holdNextRead() {
            Promise<Void> answer = Promise.promise();
            heldRead = Optional.of(answer);
            return answer;
        }

        synchronized boolean isHolding() {
            return holding;
        }

        synchronized int accessReads() {
            return accessReads;
        }

        synchronized int barredReads() {
            return barredReads;
        }

        synchronized int reads() {
            return reads;
        }

        /** How many reads have returned, without those that fail or hang on demand. */
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
            return answer.map(release -> read.compose(slice -> hold(release, slice)))
                    .orElse(read);
        }

        private synchronized Future<Slice> hold(Promise<Void> answer, Slice slice) {
            holding = true;
            return onCallersContext(answer.future().map(slice));
        }

        /** Completes as the real store does, in a run of its own on the caller's context, whichever thread of the test releases. */
        private static <T> Future<T> onCallersContext(Future<T> answer) {
            ContextInternal caller = ContextInternal.current();
            Promise<T> result = caller.promise();
            answer.onComplete(any -> caller.runOnContext(run -> answer.onComplete(result)));
            return result.future();
        }

        @Override
        public Future<AppendResult> append(AppendRequest append) {
            return real.append(append);
        }

        @Override
        public Future<AmendResult> amend(AmendRequest amend) {
            return real.amend(amend);
        }

        @Override
        public Future<LatestSlice> latest(StreamName stream, long before, Bounds bounds) {
            return real.latest(stream, before, bounds);
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
            accessReads++;
            if (held.isPresent()) {
                Promise<Access> answer = held.get();
                held = Optional.empty();
                return onCallersContext(answer.future());
            }
            return real.access(stream, user);
        }

        @Override
        public synchronized Future<Set<UserId>> barred(StreamName stream, Set<UserId> among) {
            barredReads++;
            return real.barred(stream, among);
        }

        @Override
        public Future<Void> unbar(StreamName stream, UserId user) {
            return real.unbar(stream, user);
        }
    }
}
