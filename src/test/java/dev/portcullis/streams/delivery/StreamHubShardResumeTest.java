package dev.portcullis.streams.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

/** What a member missed comes from memory or the store, in parts, before what is live. */
class StreamHubShardResumeTest extends StreamHubShardFixture {
    private static final StreamName INBOX = StreamName.inbox(ANN);

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
    void held_subscription_gets_what_it_missed_once_it_is_released() throws Exception {
        StreamHubShard shard = shardWith(config());
        Position second = append(2).get(1).position();
        append(1);
        RecordingDeliveryLoop.RecordingSubscriber back = loop.subscriber();
        Subscription held = shard.subscribeHeld(LOBBY, Optional.of(second), ANN, loop, back);
        RecordingDeliveryLoop.RecordingSubscriber witness = joinedAs(shard, BOB);
        append(1).forEach(shard::offer);
        until(() -> witness.seqs().equals(List.of(4L)));
        assertThat(await(shard.subscriptions(LOBBY))).isEqualTo(2);
        assertThat(back.attachments()).isEmpty();
        int reads = store.reads() + store.accessReads();
        shard.release(held);
        append(1).forEach(shard::offer);
        until(() -> back.seqs().equals(List.of(3L, 4L, 5L)));
        assertThat(store.reads() + store.accessReads()).as("all was known").isEqualTo(reads);
    }

    @Test
    void subscription_that_is_released_before_the_stream_is_read_gets_what_it_missed() throws Exception {
        StreamHubShard shard = shardWith(config());
        Position first = append(1).get(0).position();
        append(2);
        Promise<Void> answer = store.holdNextRead();
        RecordingDeliveryLoop.RecordingSubscriber back = loop.subscriber();
        shard.release(shard.subscribeHeld(LOBBY, Optional.of(first), ANN, loop, back));
        until(store::isHolding);
        answer.complete();
        until(() -> back.seqs().equals(List.of(2L, 3L)));
        assertThat(back.attachments()).hasSize(1);
    }

    @Test
    void held_subscription_of_a_user_who_is_barred_ends() throws Exception {
        StreamHubShard shard = shardWith(config());
        Position first = append(1).get(0).position();
        RecordingDeliveryLoop.RecordingSubscriber barred = loop.subscriber();
        Subscription held = shard.subscribeHeld(LOBBY, Optional.of(first), ANN, loop, barred);
        RecordingDeliveryLoop.RecordingSubscriber witness = joinedAs(shard, BOB);
        shard.offer(bar(ANN));
        until(() -> barred.bars() == 1);
        shard.release(held);
        append(1).forEach(shard::offer);
        until(() -> witness.seqs().equals(List.of(2L, 3L)));
        assertThat(barred.attachments()).isEmpty();
        assertThat(barred.seqs()).isEmpty();
    }

    @Test
    void inbox_is_followed_with_one_read_that_brings_what_was_missed() throws Exception {
        StreamHubShard shard = shardWith(config());
        Position begin = await(store.head(INBOX));
        for (int i = 0; i < 2; i++) {
            await(store.append(append(INBOX, "\"type\":\"chat_message\"}")));
        }
        RecordingDeliveryLoop.RecordingSubscriber back = loop.subscriber();
        shard.subscribe(INBOX, Optional.of(begin), ANN, loop, back);
        until(() -> back.seqs().equals(List.of(1L, 2L)));
        assertThat(back.attachments().get(0).exact()).isTrue();
        assertThat(store.accessReads()).isZero();
    }

    /** What is appended between a read and a later subscription must not be missing: its hint may be in flight. */
    @Test
    void who_follows_an_inbox_after_its_read_began_waits_for_the_head_of_then() throws Exception {
        StreamHubShard shard = shardWith(config());
        Position begin = await(store.head(INBOX));
        Promise<Void> answer = store.holdNextRead();
        RecordingDeliveryLoop.RecordingSubscriber first = loop.subscriber();
        shard.subscribe(INBOX, Optional.of(begin), ANN, loop, first);
        until(store::isHolding);
        await(store.append(append(INBOX, "\"type\":\"chat_message\"}")));
        RecordingDeliveryLoop.RecordingSubscriber later = loop.subscriber();
        shard.subscribe(INBOX, Optional.of(begin), ANN, loop, later);
        answer.complete();
        until(() -> later.seqs().equals(List.of(1L)));
        assertThat(store.accessReads()).isEqualTo(1);
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
    void deleted_text_is_resumed_neither_from_memory_nor_from_the_store() throws Exception {
        StreamHubShard shard = shardWith(config());
        RecordingDeliveryLoop.RecordingSubscriber live = joined(shard, Optional.empty());
        Position before = await(store.head(LOBBY));
        AppendRequest said =
                appendOf("\"type\":\"chat\",\"content\":\"secret\"}").carrying(new Message("m", ANN));
        shard.offer(((AppendResult.Stored) await(store.append(said))).entry());
        AppendRequest deletion = appendOf("\"type\":\"message_deleted\",\"messageId\":\"m\"}");
        shard.offer(((AppendResult.Stored) await(store.amend(
                        new AmendRequest(deletion, "m", ANN, false, Change.DELETE, Long.MIN_VALUE, 300, 10))))
                .entry());
        until(() -> live.seqs().size() == 2);

        RecordingDeliveryLoop.RecordingSubscriber back = joined(shard, Optional.of(before));

        until(() -> back.seqs().equals(List.of(1L, 2L)));
        assertThat(back.attachments().get(0).entries())
                .allSatisfy(entry -> assertThat(entry.body()).isEqualTo(deletion.body()));
    }

    @Test
    void text_that_is_deleted_while_it_is_read_for_one_is_resumed_by_no_other() throws Exception {
        StreamHubShard shard = shardWith(config());
        Position before = await(store.head(LOBBY));
        AppendRequest said =
                appendOf("\"type\":\"chat\",\"content\":\"secret\"}").carrying(new Message("m", ANN));
        await(store.append(said));
        RecordingDeliveryLoop.RecordingSubscriber live = joined(shard, Optional.empty());
        Promise<Void> read = store.holdNextRead();
        RecordingDeliveryLoop.RecordingSubscriber first = loop.subscriber();
        shard.subscribe(LOBBY, Optional.of(before), BOB, loop, first);
        until(store::isHolding);

        AppendRequest deletion = appendOf("\"type\":\"message_deleted\",\"messageId\":\"m\"}");
        shard.offer(((AppendResult.Stored) await(store.amend(
                        new AmendRequest(deletion, "m", ANN, false, Change.DELETE, Long.MIN_VALUE, 300, 10))))
                .entry());
        until(() -> live.seqs().equals(List.of(2L)));
        RecordingDeliveryLoop.RecordingSubscriber meanwhile = joined(shard, Optional.of(before));
        read.complete();
        until(() -> first.seqs().equals(List.of(1L, 2L)));
        RecordingDeliveryLoop.RecordingSubscriber later = joined(shard, Optional.of(before));

        for (RecordingDeliveryLoop.RecordingSubscriber each : List.of(meanwhile, later)) {
            assertThat(each.seqs()).containsExactly(1L, 2L);
            assertThat(each.attachments().get(0).entries())
                    .allSatisfy(entry -> assertThat(entry.body()).isEqualTo(deletion.body()));
        }
    }

    @Test
    void storm_on_a_stream_that_was_not_followed_is_one_read() throws Exception {
        StreamHubShard shard = shardWith(config());
        Position start = await(store.head(LOBBY));
        append(20);
        int before = store.reads();
        List<RecordingDeliveryLoop.RecordingSubscriber> storm = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            RecordingDeliveryLoop.RecordingSubscriber back = loop.subscriber();
            storm.add(back);
            shard.subscribe(LOBBY, Optional.of(start), ANN, loop, back);
        }
        until(() -> storm.stream().allMatch(back -> back.seqs().equals(OrdererTest.upTo(20))));
        assertThat(store.reads() - before).isOne();
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
        StreamWindow twenty = new StreamWindow(20, KEPT.ageMs());
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
}
