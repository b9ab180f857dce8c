package dev.portcullis.streams.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Where nothing else is said, streams without subscribers stay for an hour, so what ends them is that others need their place. */
@ExtendWith(VertxExtension.class)
class LingeringStreamsTest {
    private static final UserId ANN = new UserId("ann");
    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);
    private static final StreamWindow KEPT = new StreamWindow(300, HOUR_MS);
    private static final int MOST = 3;

    @TempDir
    Path folder;

    private final RecordingDeliveryLoop loop = new RecordingDeliveryLoop();
    private final List<StreamName> ended = new CopyOnWriteArrayList<>();
    private Vertx vertx;
    private EmbeddedStreamsFixture life;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        this.vertx = vertx;
        life = EmbeddedStreamsFixture.open(folder, new SettableClock());
    }

    @AfterEach
    void close() {
        life.close();
    }

    /** Else a few users who come and go could keep the inboxes of all others out (CWE-770). */
    @Test
    void stream_that_lingers_for_longest_gives_its_place_to_a_new_one() {
        StreamHubShard shard = shard(HubMemory.ofLargestHeap());
        List<Subscription> former = follow(shard, 0, MOST);
        former.forEach(shard::unsubscribe);
        follow(shard, MOST, MOST + 1);
        assertThat(ended).containsExactly(room(0));
        follow(shard, MOST + 1, MOST + 2);
        assertThat(ended).containsExactly(room(0), room(1));
    }

    @Test
    void stream_with_a_subscriber_is_never_ended_for_a_new_one() {
        StreamHubShard shard = shard(HubMemory.ofLargestHeap());
        List<Subscription> live = follow(shard, 0, MOST);
        assertThat(refused(shard, room(MOST))).isTrue();
        shard.unsubscribe(live.get(1));
        follow(shard, MOST, MOST + 1);
        assertThat(ended).containsExactly(room(1));
        assertThat(refused(shard, room(MOST + 1))).isTrue();
        assertThat(ended).containsExactly(room(1));
    }

    @Test
    void stream_that_is_subscribed_to_again_lingers_no_longer() {
        StreamHubShard shard = shard(HubMemory.ofLargestHeap());
        List<Subscription> former = follow(shard, 0, MOST);
        former.forEach(shard::unsubscribe);
        List<Subscription> again = follow(shard, 0, 1);
        follow(shard, MOST, MOST + 1);
        assertThat(ended).containsExactly(room(1));
        again.forEach(shard::unsubscribe);
        follow(shard, MOST + 1, MOST + 2);
        assertThat(ended).as("it lingers since it was left again").containsExactly(room(1), room(2));
        follow(shard, 0, 1);
        assertThat(refused(shard, room(MOST + 2))).isTrue();
    }

    @Test
    void memory_of_streams_that_linger_is_free_for_new_ones() {
        StreamHubShard shard = shard(HubMemoryFixture.ofStreams(2));
        follow(shard, 0, 2).forEach(shard::unsubscribe);
        follow(shard, 2, 4);
        assertThat(ended).containsExactly(room(0), room(1));
        assertThat(refused(shard, room(4))).isTrue();
    }

    @Test
    void streams_end_when_their_time_is_over() {
        StreamHubShard shard = shard(HubMemory.ofLargestHeap(), 50);
        follow(shard, 0, MOST).forEach(shard::unsubscribe);
        assertThat(Await.until(() -> ended.size() == MOST)).isTrue();
        follow(shard, MOST, MOST + 1).forEach(shard::unsubscribe);
        assertThat(Await.until(() -> ended.size() == MOST + 1)).isTrue();
        assertThat(ended).containsExactly(room(0), room(1), room(2), room(3));
    }

    @Test
    void stream_ends_at_once_while_memory_is_short() {
        StreamHubShard shard = shard(HubMemoryFixture.ofStreams(MOST));
        List<Subscription> all = follow(shard, 0, MOST);
        shard.unsubscribe(all.get(1));
        assertThat(Await.until(() -> ended.size() == 1)).isTrue();
        assertThat(ended).containsExactly(room(1));
    }

    /** Subscribes to rooms one after the other, each of which is followed then. */
    private List<Subscription> follow(StreamHubShard shard, int from, int to) {
        List<Subscription> all = new ArrayList<>();
        for (int i = from; i < to; i++) {
            RecordingDeliveryLoop.RecordingSubscriber subscriber = loop.subscriber();
            all.add(shard.subscribe(room(i), Optional.empty(), ANN, loop, subscriber));
            assertThat(Await.until(() -> !subscriber.attachments().isEmpty() || subscriber.failures() > 0))
                    .isTrue();
            assertThat(subscriber.failures()).isZero();
        }
        return all;
    }

    private boolean refused(StreamHubShard shard, StreamName stream) {
        RecordingDeliveryLoop.RecordingSubscriber subscriber = loop.subscriber();
        shard.subscribe(stream, Optional.empty(), ANN, loop, subscriber);
        assertThat(Await.until(() -> !subscriber.attachments().isEmpty() || subscriber.failures() > 0))
                .isTrue();
        return subscriber.failures() > 0;
    }

    private StreamHubShard shard(HubMemory memory) {
        return shard(memory, HOUR_MS);
    }

    private StreamHubShard shard(HubMemory memory, long lingerMs) {
        FollowedStreamsListener listener = new FollowedStreamsListener() {
            @Override
            public void began(StreamName stream) {}

            @Override
            public void ended(StreamName stream) {
                ended.add(stream);
            }
        };
        return new StreamHubShard(
                vertx.getOrCreateContext(), life.streams(), config(lingerMs), listener, memory, Optional.empty());
    }

    private static StreamsConfig config(long lingerMs) {
        Bounds bounds = new Bounds(150, 1 << 20);
        return new StreamsConfig(
                KEPT, KEPT, KEPT, 1 << 20, 1_000, 1 << 20, 50, bounds, 10_000, 1 << 20, 4, 1 << 20, 120_000, 3, MOST,
                lingerMs, 4, 4);
    }

    private static StreamName room(int number) {
        return StreamName.room(new RoomId("room" + number));
    }
}
