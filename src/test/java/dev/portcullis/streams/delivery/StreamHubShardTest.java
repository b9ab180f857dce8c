package dev.portcullis.streams.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.lane.LaneStore.Moved;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StreamHubShardTest extends StreamHubShardFixture {
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
        List<StreamEntry> entries = append(5, new StreamWindow(2, KEPT.ageMs()));
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

    /** Subscribers come while a fan-out loses, repeats and reorders entries. */
    @Test
    void subscription_during_traffic_sees_neither_a_gap_nor_a_duplicate() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        StreamHubShard shard = shardWith(inParts(4_000, 1_000));
        List<RecordingDeliveryLoop.RecordingSubscriber> subscribers = new ArrayList<>();
        List<Position> since = new ArrayList<>();
        StreamWindow all = new StreamWindow(2_000, KEPT.ageMs());
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
}
