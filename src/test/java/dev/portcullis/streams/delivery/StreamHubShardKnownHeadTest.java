package dev.portcullis.streams.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.Moved;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An inbox whose head was told with the session of its user is followed without a read, and nothing is missed. */
class StreamHubShardKnownHeadTest extends StreamHubShardFixture {
    private static final StreamName INBOX = StreamName.inbox(ANN);
    private static final long TOLD = 40; // the lane's counter at the session

    private StreamHubShard shard;
    private Position head;

    @BeforeEach
    void fill() throws Exception {
        shard = shardWith(config());
        head = append(1, TOLD).position();
    }

    @Test
    void known_head_is_followed_without_a_call() throws Exception {
        readLane(TOLD);
        RecordingDeliveryLoop.RecordingSubscriber back = subscribed(head);
        assertThat(back.attachments().get(0).exact()).isTrue();
        shard.offer(append(2, TOLD + 1));
        until(() -> back.seqs().equals(List.of(2L)));
        assertThat(calls()).isZero();
    }

    /** Its hint came before the stream was followed. */
    @Test
    void append_between_the_session_and_the_subscription_is_told_by_the_lane() throws Exception {
        readLane(TOLD);
        shard.offer(append(2, TOLD + 1));
        RecordingDeliveryLoop.RecordingSubscriber back = subscribed(head);
        assertThat(back.seqs()).isEmpty();
        shard.moved(List.of(new Moved(INBOX, TOLD + 1)));
        until(() -> back.seqs().equals(List.of(2L)));
    }

    /** The lane told of it before the stream was followed, and will not do so again. */
    @Test
    void append_that_the_lane_told_of_before_is_read() throws Exception {
        append(2, TOLD + 1);
        shard.moved(List.of(new Moved(INBOX, TOLD + 1)));
        readLane(TOLD + 1);
        RecordingDeliveryLoop.RecordingSubscriber back = subscribed(head);
        until(() -> back.seqs().equals(List.of(2L)));
        assertThat(store.reads()).isPositive();
    }

    @Test
    void lane_that_lost_what_moved_makes_the_inbox_be_read() throws Exception {
        readLane(TOLD);
        append(2, TOLD + 1);
        shard.compareAll(INBOX.lane());
        RecordingDeliveryLoop.RecordingSubscriber back = subscribed(head);
        until(() -> back.seqs().equals(List.of(2L)));
    }

    @Test
    void lane_that_was_never_read_makes_the_inbox_be_read() throws Exception {
        append(2, TOLD + 1);
        RecordingDeliveryLoop.RecordingSubscriber back = subscribed(head);
        until(() -> back.seqs().equals(List.of(2L)));
    }

    @Test
    void entries_that_wait_are_read() throws Exception {
        readLane(TOLD);
        Position begin = new Position(head.epoch(), 0);
        RecordingDeliveryLoop.RecordingSubscriber back = subscribed(begin);
        until(() -> back.seqs().equals(List.of(1L)));
        assertThat(store.reads()).isEqualTo(1);
        assertThat(store.accessReads()).isZero();
    }

    @Test
    void further_session_of_the_user_needs_no_call() throws Exception {
        readLane(TOLD);
        subscribed(head);
        StreamEntry second = append(2, TOLD + 1);
        shard.offer(second);
        RecordingDeliveryLoop.RecordingSubscriber further =
                subscribed(second.position(), new KnownHead(second.position(), at(TOLD + 1)));
        assertThat(further.attachments().get(0).exact()).isTrue();
        shard.offer(append(3, TOLD + 2));
        until(() -> further.seqs().equals(List.of(3L)));
        assertThat(calls()).isZero();
    }

    /** The hint of an entry that the session told of is in flight. */
    @Test
    void further_session_waits_for_what_it_was_told_of() throws Exception {
        readLane(TOLD);
        RecordingDeliveryLoop.RecordingSubscriber first = subscribed(head);
        StreamEntry second = append(2, TOLD + 1);
        RecordingDeliveryLoop.RecordingSubscriber further = loop.subscriber();
        shard.subscribeKnown(
                INBOX, second.position(), new KnownHead(second.position(), at(TOLD + 1)), ANN, loop, further);
        shard.offer(second);
        shard.offer(append(3, TOLD + 2));
        until(() -> further.seqs().equals(List.of(3L)));
        until(() -> first.seqs().equals(List.of(2L, 3L)));
    }

    private int calls() {
        return store.reads() + store.accessReads();
    }

    private RecordingDeliveryLoop.RecordingSubscriber subscribed(Position since) throws Exception {
        return subscribed(since, new KnownHead(head, at(TOLD)));
    }

    private RecordingDeliveryLoop.RecordingSubscriber subscribed(Position since, KnownHead known) throws Exception {
        RecordingDeliveryLoop.RecordingSubscriber subscriber = loop.subscriber();
        shard.subscribeKnown(INBOX, since, known, ANN, loop, subscriber);
        until(() -> !subscriber.attachments().isEmpty());
        return subscriber;
    }

    private StreamEntry append(long seq, long laneSeq) throws Exception {
        AppendResult stored = await(store.append(append(INBOX, "\"type\":\"chat_message\"}")));
        StreamEntry entry = ((AppendResult.Stored) stored).entry();
        assertThat(entry.position().seq()).isEqualTo(seq);
        return withLaneSeq(entry, laneSeq);
    }

    private void readLane(long laneSeq) {
        shard.lanesRead(List.of(new LaneRead(at(laneSeq), 0, 0)));
    }

    private static LaneCursor at(long laneSeq) {
        return new LaneCursor(INBOX.lane(), "fork", laneSeq);
    }
}
