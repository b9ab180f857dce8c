package dev.portcullis.streams.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamsConfig;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A shard follows as many streams as its node has memory for. */
class StreamHubShardLimitsTest extends StreamHubShardFixture {
    @Test
    void stream_without_subscribers_ends_after_the_linger_time_and_is_opened_again() throws Exception {
        List<StreamName> dropped = new CopyOnWriteArrayList<>();
        StreamHubShard shard = new StreamHubShard(
                vertx.getOrCreateContext(),
                store,
                config(1 << 20, READ_MS, 1),
                endings(dropped),
                HubMemory.ofLargestHeap(),
                Optional.empty());
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
        StreamHubShard one = new StreamHubShard(
                vertx.getOrCreateContext(), store, brief, FollowedStreamsListener.NONE, room, Optional.empty());
        StreamHubShard other = new StreamHubShard(
                vertx.getOrCreateContext(), store, brief, FollowedStreamsListener.NONE, room, Optional.empty());
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
                vertx.getOrCreateContext(),
                store,
                config(1 << 20, READ_MS, 1),
                endings(dropped),
                room,
                Optional.empty());
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
                roomFor(1, 2),
                Optional.empty());
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
}
