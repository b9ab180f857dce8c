package dev.portcullis.streams.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.TransientFrame;
import dev.portcullis.streams.lane.LaneFreshness;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.Moved;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A node that was stopped has lost the hints of that time and does not know it. What is not stored must not reach a user who
 * was removed meanwhile (CWE-863).
 */
class StreamHubShardFreshnessTest extends StreamHubShardFixture {
    private static final StreamName INBOX = StreamName.inbox(ANN);
    private static final long MAX_AGE_MS = 1_000;

    private final AtomicLong millis = new AtomicLong(-5_000); // System.nanoTime() may start at any value
    private final AtomicLong storeMillis = new AtomicLong(1_700_000_000_000L);
    private final List<String> order = new CopyOnWriteArrayList<>();
    private Context context;
    private StreamHub hub;
    private StreamHubShard shard;
    private RecordingDeliveryLoop.RecordingSubscriber ann;
    private RecordingDeliveryLoop.RecordingSubscriber bob;

    @BeforeEach
    void join() throws Exception {
        context = vertx.getOrCreateContext();
        shard = new StreamHubShard(
                context,
                store,
                config(),
                FollowedStreamsListener.NONE,
                HubMemory.ofLargestHeap(),
                Optional.of(new LaneFreshness(
                        MAX_AGE_MS, () -> TimeUnit.MILLISECONDS.toNanos(millis.get()), storeMillis::get)));
        hub = new StreamHub(List.of(shard));
        ann = joinedAs(shard, ANN);
        bob = joinedAs(shard, BOB);
    }

    @Test
    void transient_frame_passes_while_the_last_read_of_its_lane_is_younger_than_a_second() throws Exception {
        type("early");
        processed();
        assertThat(bob.passed()).isEmpty();
        readLane();
        type("first");
        pass(MAX_AGE_MS - 1);
        type("second");
        pass(1);
        type("late");
        processed();
        assertThat(bob.passed()).containsExactly("early", "first", "second");
        readLane();
        type("third");
        processed();
        assertThat(bob.passed()).containsExactly("early", "first", "second", "late", "third");
    }

    @Test
    void few_transient_frames_wait_for_the_next_read() throws Exception {
        for (int i = 0; i < 40; i++) {
            type("frame " + i);
        }
        readLane();
        processed();
        assertThat(bob.passed()).hasSize(16).startsWith("frame 0", "frame 1").endsWith("frame 15");
    }

    @Test
    void transient_frame_waits_after_the_machine_was_suspended() throws Exception {
        readLane();
        storeMillis.addAndGet(MAX_AGE_MS);
        type("too late");
        processed();
        assertThat(bob.passed()).isEmpty();
    }

    @Test
    void frame_of_an_inbox_passes_whatever_the_age_of_the_last_read() throws Exception {
        RecordingDeliveryLoop.RecordingSubscriber inbox = loop.subscriber();
        shard.subscribe(INBOX, Optional.empty(), ANN, loop, inbox);
        until(() -> !inbox.attachments().isEmpty());
        shard.pass(frame(INBOX, "membership"));
        processed();
        assertThat(inbox.passed()).containsExactly("membership");
    }

    @Test
    void user_who_was_removed_during_a_stop_of_the_node_gets_nothing_of_later() throws Exception {
        readLane();
        pass(2_000);
        bar(ANN);
        type("before the lane read");
        change("before the lane read");
        context.runOnContext(inOneRunOfTheLoop -> {
            hub.moved(LOBBY.lane(), List.of(new Moved(LOBBY, 7)));
            readLane();
            type("behind the lane read");
            change("behind the lane read");
        });
        until(() -> ann.bars() == 1);
        assertThat(order).isEmpty();
        readLane();
        type("behind the removal");
        List<String> all = List.of("before the lane read", "behind the lane read", "behind the removal");
        until(() -> bob.passed().equals(all));
        assertThat(ann.passed()).isEmpty();
        assertThat(order).containsExactly("behind the lane read");
    }

    @Test
    void lane_that_cannot_tell_what_moved_is_fresh_only_behind_the_comparison_of_its_streams() throws Exception {
        pass(2_000);
        bar(ANN);
        Promise<Void> compared = store.holdNextRead();
        context.runOnContext(inOneRunOfTheLoop -> {
            hub.compareAll(LOBBY.lane());
            readLane();
            type("before the answer");
        });
        type("before the answer");
        until(() -> store.isHolding());
        type("before the answer");
        context.runOnContext(any -> compared.complete());
        until(() -> ann.bars() == 1);
        type("behind the answer");
        until(() -> bob.passed().contains("behind the answer"));
        assertThat(ann.passed()).isEmpty();
    }

    @Test
    void action_runs_at_once_behind_those_that_waited_and_the_last_of_each_owner_waits() throws Exception {
        shard.runInOrder(LOBBY, "one", () -> order.add("one, replaced"));
        shard.runInOrder(LOBBY, "one", () -> order.add("one"));
        shard.runInOrder(LOBBY, "two", () -> order.add("two"));
        processed();
        assertThat(order).isEmpty();
        readLane();
        shard.runInOrder(LOBBY, "one", () -> order.add("next"));
        processed();
        assertThat(order).containsExactly("one", "two", "next");
    }

    @Test
    void action_of_a_stream_without_subscribers_does_not_wait() throws Exception {
        shard.runInOrder(StreamName.room(new RoomId("other")), this, () -> order.add("done"));
        processed();
        assertThat(order).containsExactly("done");
    }

    @Test
    void node_that_loses_no_hint_passes_everything_at_once() throws Exception {
        StreamHubShard alone = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber subscriber = joinedAs(alone, BOB);
        pass(60_000);
        alone.runInOrder(LOBBY, this, () -> order.add("done"));
        assertThat(order).containsExactly("done");
        alone.pass(frame(LOBBY, "typing"));
        until(() -> subscriber.passed().equals(List.of("typing")));
    }

    private void readLane() {
        hub.laneRead(new LaneRead(
                LaneCursor.unknown(LOBBY.lane()), TimeUnit.MILLISECONDS.toNanos(millis.get()), storeMillis.get()));
        hub.ticked();
    }

    /** What was passed before is judged before. */
    private void pass(long time) throws Exception {
        processed();
        millis.addAndGet(time);
        storeMillis.addAndGet(time);
    }

    private void type(String text) {
        shard.pass(frame(LOBBY, text));
    }

    private void change(String text) {
        shard.runInOrder(LOBBY, this, () -> order.add(text));
    }

    private void processed() throws Exception {
        followed(context, shard);
    }

    private static TransientFrame frame(StreamName stream, String text) {
        return new TransientFrame(stream, text.getBytes(StandardCharsets.UTF_8));
    }
}
