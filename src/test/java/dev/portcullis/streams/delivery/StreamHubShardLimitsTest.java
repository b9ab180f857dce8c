package dev.portcullis.streams.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamsConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Each client that is displaced closes, as a connection does. */
    private final class Follower {
        private final UserId user;
        private final StreamHubShard shard;
        private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
        private final AtomicBoolean displaced = new AtomicBoolean();

        private Follower(StreamHubShard shard, String user) {
            this.shard = shard;
            this.user = new UserId(user);
        }

        /** Whether the client follows another stream now. */
        private boolean follows(String stream) throws Exception {
            RecordingDeliveryLoop.RecordingSubscriber subscriber = loop.subscriber()
                    .of(this, () -> {
                        displaced.set(true);
                        subscriptions.forEach(shard::unsubscribe);
                    });
            subscriptions.add(
                    shard.subscribe(StreamName.room(new RoomId(stream)), Optional.empty(), user, loop, subscriber));
            until(() -> !subscriber.attachments().isEmpty() || subscriber.failures() > 0);
            return subscriber.failures() == 0;
        }

        private int follow(int streams) throws Exception {
            int followed = 0;
            for (int i = 0; i < streams; i++) {
                followed += follows(user.value() + "-" + System.identityHashCode(this) + "-" + i) ? 1 : 0;
            }
            return followed;
        }
    }

    private StreamHubShard shardFor(int streams) {
        return new StreamHubShard(
                vertx.getOrCreateContext(),
                store,
                StreamsConfig.read(
                        Section.root(Map.of("readMs", (long) READ_MS), new ConfigReading(Map.of(), Path.of("."))), 1),
                FollowedStreamsListener.NONE,
                HubMemoryFixture.ofStreams(streams),
                Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_follows_streams_beside_accounts_that_take_all_memory(int accounts) throws Exception {
        int most = Math.max(60, accounts * 30);
        StreamHubShard shard = shardFor(most);
        Follower early = new Follower(shard, "early");
        assertThat(early.follow(10)).isEqualTo(10);
        List<Follower> greedy = new ArrayList<>();
        for (int client = 0; client < 3; client++) {
            for (int account = 0; account < accounts; account++) {
                greedy.add(new Follower(shard, "account-" + account));
                greedy.get(greedy.size() - 1).follow(most / accounts / 3 + 1);
            }
        }
        assertThat(new Follower(shard, "account-0").follow(1))
                .as("the memory is full")
                .isZero();
        Follower late = new Follower(shard, "late");
        assertThat(late.follow(10)).isEqualTo(10);
        assertThat(early.displaced).as("who follows few gives up nothing").isFalse();
        assertThat(late.displaced).isFalse();
        assertThat(greedy).anyMatch(each -> each.displaced.get());
    }

    @Test
    void node_that_is_full_of_users_who_follow_few_displaces_none() throws Exception {
        StreamHubShard shard = shardFor(4 * FollowShares.FEW);
        List<Follower> all = new ArrayList<>();
        for (int user = 0; user < 4; user++) {
            all.add(new Follower(shard, "user-" + user));
            assertThat(all.get(user).follow(FollowShares.FEW)).isEqualTo(FollowShares.FEW);
        }
        assertThat(new Follower(shard, "late").follow(1)).isZero();
        assertThat(all).noneMatch(each -> each.displaced.get());
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
