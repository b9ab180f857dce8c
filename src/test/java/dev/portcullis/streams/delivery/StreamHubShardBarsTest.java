package dev.portcullis.streams.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Access;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.TransientFrame;
import dev.portcullis.streams.lane.LaneStore.Moved;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bar ends what its user gets at its entry, wherever that entry is found. */
class StreamHubShardBarsTest extends StreamHubShardFixture {
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
        unbar(ANN);
        joined(shard, Optional.empty());
    }

    /** The bar's hint was lost; the bar is read while the subscription waits for the head that the store named. */
    @Test
    void bar_that_arrives_late_does_not_remove_a_user_who_was_unbarred() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber witness = joinedAs(shard, BOB);
        bar(ANN);
        unbar(ANN);
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
        asked.complete(new Access(head, true, false, 0, 0));
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
        asked.complete(new Access(witness.attachments().get(0).head(), false, false, 0, 0));
        until(() -> joiner.bars() == 1);
        append(1).forEach(shard::offer);
        until(() -> witness.seqs().equals(List.of(1L, 2L)));
        assertThat(joiner.attachments()).isEmpty();
        assertThat(joiner.seqs()).isEmpty();
    }

    /** What is delivered begins behind the first read, so the bar would not be met there either. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bar_between_the_read_of_access_and_the_first_read_keeps_the_user_out(boolean accessFirst) throws Exception {
        Position before = new Position(bar(ANN).position().epoch(), 0);
        UnansweredJoin join = join(shardWith(config()));
        if (accessFirst) {
            join.access().complete(new Access(before, false, false, 0, 0));
            join.read().complete();
        } else {
            join.read().complete();
            join.access().complete(new Access(before, false, false, 0, 0));
        }
        until(() -> join.joiner().bars() == 1);
        assertThat(join.joiner().attachments()).isEmpty();
    }

    /** The permission is asked for without the bar, which the store tells; so the store has to be asked again. */
    @Test
    void bar_between_the_read_of_access_and_the_first_read_keeps_a_user_out_who_is_asked_meanwhile() throws Exception {
        Position before = new Position(bar(ANN).position().epoch(), 0);
        StreamHubShard shard = shardWith(config());
        UnansweredJoin join = join(shard);
        join.joiner().slow();
        join.access().complete(new Access(before, false, true, 0, 0));
        until(() -> join.joiner().isHolding());
        join.read().complete();
        assertThat(await(shard.subscriptions(LOBBY))).as("behind the read").isOne();
        join.joiner().take();
        until(() -> join.joiner().bars() == 1);
        assertThat(join.joiner().attachments()).isEmpty();
    }

    @Test
    void user_who_may_have_left_is_asked_once_though_the_stream_is_not_read_yet() throws Exception {
        Position head = append(1).get(0).position();
        StreamHubShard shard = shardWith(config());
        UnansweredJoin join = join(shard);
        join.access().complete(new Access(head, false, true, 0, 0));
        assertThat(await(shard.subscriptions(LOBBY))).isOne();
        join.read().complete();
        until(() -> !join.joiner().attachments().isEmpty());
        assertThat(store.accessReads()).isOne();
    }

    /** A join of a stream that is not followed yet, whose reads are not answered. */
    private record UnansweredJoin(
            Promise<Access> access, Promise<Void> read, RecordingDeliveryLoop.RecordingSubscriber joiner) {}

    private UnansweredJoin join(StreamHubShard shard) throws Exception {
        UnansweredJoin join = new UnansweredJoin(store.holdNextAccess(), store.holdNextRead(), loop.subscriber());
        shard.subscribe(LOBBY, Optional.empty(), ANN, loop, join.joiner());
        until(() -> store.isHolding() && store.accessReads() == 1);
        return join;
    }

    @Test
    void bar_among_lost_entries_is_applied_before_the_stream_continues() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber barred = joined(shard, Optional.empty());
        RecordingDeliveryLoop.RecordingSubscriber other = joinedAs(shard, BOB);
        bar(ANN);
        List<StreamEntry> later = append(5, new StreamWindow(2, KEPT.ageMs()));
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
        shard.offer(append(5, new StreamWindow(2, KEPT.ageMs())).get(4));
        until(() -> barred.bars() == 1
                && others.stream().allMatch(other -> other.losses().size() == 1));
        assertThat(store.barredReads()).isEqualTo(1);
        assertThat(store.accessReads()).isEqualTo(before);
        assertThat(others).allMatch(other -> other.bars() == 0);
    }

    @Test
    void user_whose_leave_is_lost_gets_no_later_entry() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber gone = joinedAs(shard, ANN);
        RecordingDeliveryLoop.RecordingSubscriber other = joinedAs(shard, BOB);
        gone.willBeAnswered(Future.succeededFuture(false));
        loseEntries(shard);
        until(() -> other.losses().size() == 1);
        append(1).forEach(shard::offer);
        until(() -> !other.seqs().isEmpty());
        assertThat(gone.bars()).isOne();
        assertThat(gone.seqs()).isEmpty();
        assertThat(gone.losses()).isEmpty();
    }

    @Test
    void no_entry_is_delivered_after_a_loss_before_each_permission_is_known() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber asked = joinedAs(shard, ANN);
        RecordingDeliveryLoop.RecordingSubscriber other = joinedAs(shard, BOB);
        Promise<Boolean> answer = Promise.promise();
        asked.willBeAnswered(answer.future());
        loseEntries(shard);
        until(() -> asked.confirmations() == 1);
        append(1).forEach(shard::offer);
        shard.pass(new TransientFrame(LOBBY, "typing".getBytes(StandardCharsets.UTF_8)));
        assertThat(await(shard.subscriptions(LOBBY)))
                .as("behind both on the shard")
                .isEqualTo(2);
        assertThat(List.of(asked.seqs(), other.seqs(), other.losses(), other.passed()))
                .containsOnly(List.of());
        answer.complete(false);
        until(() -> !other.seqs().isEmpty());
        assertThat(asked.bars()).isOne();
        assertThat(asked.seqs()).isEmpty();
    }

    @Test
    void permission_that_can_not_be_told_is_asked_again() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber asked = joinedAs(shard, ANN);
        asked.willBeAnswered(Future.failedFuture("no instance answers"));
        asked.willBeAnswered(Future.failedFuture("no instance answers"));
        loseEntries(shard);
        until(() -> asked.losses().size() == 1);
        assertThat(asked.confirmations()).isEqualTo(3);
        append(1).forEach(shard::offer);
        until(() -> !asked.seqs().isEmpty());
    }

    @Test
    void user_who_is_admitted_while_entries_are_lost_is_asked_too() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber witness = joinedAs(shard, BOB);
        Promise<Access> access = store.holdNextAccess();
        RecordingDeliveryLoop.RecordingSubscriber joiner = loop.subscriber();
        joiner.willBeAnswered(Future.succeededFuture(false));
        shard.subscribe(LOBBY, Optional.empty(), ANN, loop, joiner);
        until(() -> store.accessReads() == 2);
        loseEntries(shard);
        until(() -> witness.losses().size() == 1);
        assertThat(joiner.bars()).isOne();
        access.complete(new Access(witness.attachments().get(0).head(), false, false, 0, 0));
        append(1).forEach(shard::offer);
        until(() -> !witness.seqs().isEmpty());
        assertThat(joiner.attachments()).isEmpty();
    }

    /** Appends more than is kept, and lets the shard find out. */
    private void loseEntries(StreamHubShard shard) throws Exception {
        append(8, new StreamWindow(3, KEPT.ageMs()));
        shard.moved(List.of(new Moved(LOBBY, 1_000)));
    }
}
