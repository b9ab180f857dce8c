package dev.portcullis.broadcast;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.broadcast.interest.EdgeInterests;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.bus.BusFailure.Kind;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.FrameChunks;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.StallingStreams;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.TransientFrame;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class BroadcastVerticleTest {
    private static final int EDGES = 2;
    private static final StreamName ROOM = StreamName.room(BroadcastFixture.LOBBY);

    @TempDir
    Path folder;

    private final AtomicLong now = new AtomicLong(BroadcastFixture.NOW);
    private final List<BlockingQueue<StreamEntry>> received =
            List.of(new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
    private Vertx vertx;
    private Bus bus;
    private EmbeddedStore store;
    private StallingStreams streams;
    private FanOut fanOut;
    private Broadcaster broadcaster;

    @BeforeEach
    void start(Vertx fresh) throws Exception {
        vertx = fresh;
        bus = new Bus(vertx, "n1", new BusConfig(30_000, 1_000));
        store = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        streams = new StallingStreams(done(EmbeddedStreamStore.open(store, now::get)));
        BroadcastConfig config = BroadcastFixture.DEFAULT;
        for (int i = 0; i < EDGES; i++) {
            done(bus.subscribe(FanOut.ENTRY, i, received.get(i)::add));
            done(bus.answer(EdgeInterests.SNAPSHOT, i, asked -> Future.failedFuture("not asked on one node")));
        }
        fanOut = new FanOut(bus, new EdgeInterests(bus, config.interestBits(), System::nanoTime));
        for (int i = 0; i < 2; i++) {
            done(vertx.deployVerticle(new BroadcastVerticle(
                    i,
                    bus,
                    streams,
                    fanOut,
                    BroadcastFixture.publisher(streams, fanOut, config, now::get, Optional.empty()),
                    List.of())));
        }
        broadcaster = new Broadcaster(vertx, bus, config, now::get);
    }

    @AfterEach
    void stop() throws Exception {
        done(vertx.close());
        store.close();
    }

    @Test
    void noted_detachment_has_each_access_to_the_stream_checked_again() throws Exception {
        UserId ann = new UserId("ann");
        acked(in(BroadcastFixture.LOBBY, "m-1", "id"));
        assertThat(done(streams.access(ROOM, ann)).detached()).isFalse();
        done(broadcaster.noteDetachment(ROOM));
        assertThat(done(streams.access(ROOM, ann)).detached()).isTrue();
    }

    @Test
    void message_is_acknowledged_with_its_position_and_sent_once_to_the_shard_of_its_room() throws Exception {
        for (RoomId room :
                List.of(BroadcastFixture.LOBBY, new RoomId("a"), new RoomId("b"), new RoomId("c"), new RoomId("d"))) {
            PublishResult.Acked acked = acked(in(room, "m-" + room, "id"));
            assertThat(acked.messageId()).isEqualTo("m-" + room);
            assertThat(acked.position().seq()).isEqualTo(1);
            StreamName stream = StreamName.room(room);
            StreamEntry entry = delivered(stream);
            assertThat(entry.stream()).isEqualTo(stream);
            assertThat(entry.position()).isEqualTo(acked.position());
            assertThat(entry.timestamp()).isEqualTo(BroadcastFixture.NOW);
            assertThat(new JsonObject(Buffer.buffer(EntryFrame.frame(entry))).getString("messageId"))
                    .isEqualTo(acked.messageId());
        }
        assertThat(received).allMatch(BlockingQueue::isEmpty);
    }

    @Test
    void amendment_is_sent_once_and_refused_for_others_too_late_or_in_another_room() throws Exception {
        publish(BroadcastFixture.HELLO);
        delivered(ROOM);
        PublishRequest edit = amendment(BroadcastFixture.ANN, BroadcastFixture.LOBBY, Optional.of("edited"), "e1");
        PublishResult.Acked acked = (PublishResult.Acked) publish(edit);
        assertThat(acked.messageId()).isEqualTo(BroadcastFixture.HELLO.messageId());
        assertThat(delivered(ROOM).position()).isEqualTo(acked.position());
        assertThat(publish(edit)).isEqualTo(acked);
        Sender ben = BroadcastFixture.sender("ben", Optional.empty());
        assertThat(publish(amendment(ben, BroadcastFixture.LOBBY, Optional.of("mine"), "e2")))
                .isEqualTo(PublishResult.refused(Reason.FORBIDDEN));
        assertThat(publish(amendment(BroadcastFixture.ANN, new RoomId("other"), Optional.of("x"), "e3")))
                .isEqualTo(PublishResult.refused(Reason.NOT_FOUND));
        assertThat(publish(late(edit))).as("known before it is late").isEqualTo(acked);
        assertThat(publish(late(amendment(BroadcastFixture.ANN, BroadcastFixture.LOBBY, Optional.of("x"), "e4"))))
                .isEqualTo(new PublishResult.Expired());
        assertThat(received).allMatch(BlockingQueue::isEmpty);
    }

    @Test
    void message_of_an_inbox_is_not_found_in_a_room() throws Exception {
        StreamName inbox = StreamName.inbox(new UserId("ben"));
        done(streams.append(entry(inbox, 86_400_000)
                .carrying(
                        new AppendRequest.Message(BroadcastFixture.HELLO.messageId(), BroadcastFixture.ANN.userId()))));
        for (Optional<String> content : List.of(Optional.of("x"), Optional.<String>empty())) {
            assertThat(publish(amendment(BroadcastFixture.ANN, BroadcastFixture.LOBBY, content, "k")))
                    .isEqualTo(PublishResult.refused(Reason.NOT_FOUND));
        }
        assertThat(done(streams.head(inbox)).seq()).isEqualTo(1);
    }

    @Test
    void message_is_edited_within_the_window_and_deleted_also_after_it() throws Exception {
        BroadcastConfig config = BroadcastFixture.DEFAULT;
        publish(BroadcastFixture.HELLO);
        now.addAndGet(config.amend().editWindowMs() + 1);
        done(streams.append(entry(ROOM, 2 * config.amend().editWindowMs()))); // keeps what is there for longer
        PublishRequest late = amendment(BroadcastFixture.ANN, BroadcastFixture.LOBBY, Optional.of("late"), "e1");
        assertThat(publish(late)).isEqualTo(PublishResult.refused(Reason.NOT_FOUND));
        assertThat(publish(amendment(BroadcastFixture.ANN, BroadcastFixture.LOBBY, Optional.empty(), "d1")))
                .isInstanceOf(PublishResult.Acked.class);
    }

    private static AppendRequest entry(StreamName stream, long keptMs) {
        return new AppendRequest(
                stream,
                new StreamWindow(300, keptMs),
                0,
                new byte[] {'}'},
                Optional.empty(),
                Optional.empty(),
                Long.MAX_VALUE);
    }

    private PublishRequest late(PublishRequest of) {
        return BroadcastFixture.asked(of.from(), of.publication(), of.messageId(), of.key(), now.get() - 1);
    }

    private static PublishRequest amendment(Sender from, RoomId room, Optional<String> content, String key) {
        return BroadcastFixture.asked(
                from,
                new Publication.Amendment(new Target.ToRoom(room), BroadcastFixture.HELLO.messageId(), content, false),
                BroadcastFixture.HELLO.messageId(),
                key,
                Long.MAX_VALUE);
    }

    @Test
    void transient_frame_goes_to_the_shard_of_its_stream_and_is_not_stored() throws Exception {
        List<BlockingQueue<TransientFrame>> passed = List.of(new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
        for (int i = 0; i < EDGES; i++) {
            done(bus.subscribe(FanOut.TRANSIENT, i, passed.get(i)::add));
        }
        fanOut.send(new TransientFrame(ROOM, new byte[] {'{', '}'}));
        int shard = Lanes.shardOf(ROOM.lane(), EDGES);
        TransientFrame frame = passed.get(shard).poll(30, TimeUnit.SECONDS);
        assertThat(frame).isNotNull();
        assertThat(frame.stream()).isEqualTo(ROOM);
        assertThat(passed).allMatch(BlockingQueue::isEmpty);
        assertThat(head()).isZero();
    }

    @Test
    void repeated_message_gets_the_first_ack_and_is_not_sent_again() throws Exception {
        PublishResult first = publish(BroadcastFixture.HELLO);
        delivered(ROOM);
        now.addAndGet(500);
        assertThat(publish(BroadcastFixture.under("hello", "m-2", "id-1"))).isEqualTo(first);
        assertThat(publish(BroadcastFixture.under("hello", "m-3", "id-3"))).isNotEqualTo(first);
        assertThat(delivered(ROOM).position().seq())
                .as("the next one that is sent")
                .isEqualTo(2);
    }

    @Test
    void repeated_message_after_its_deadline_gets_the_first_ack() throws Exception {
        PublishResult first = publish(BroadcastFixture.HELLO);
        now.set(BroadcastFixture.HELLO.notAfter() + 1);
        assertThat(publish(BroadcastFixture.HELLO)).isEqualTo(first);
    }

    @Test
    void another_body_under_a_used_id_is_refused_as_conflict() throws Exception {
        acked(BroadcastFixture.HELLO);
        assertThat(publish(BroadcastFixture.withContent("something else")))
                .isEqualTo(PublishResult.refused(Reason.CONFLICT));
        assertThat(head()).isEqualTo(1);
    }

    @Test
    void message_after_its_deadline_is_expired_and_not_stored() throws Exception {
        assertThat(acked(BroadcastFixture.until(BroadcastFixture.NOW))
                        .position()
                        .seq())
                .isEqualTo(1);
        now.addAndGet(1);
        PublishRequest late = BroadcastFixture.asked(
                BroadcastFixture.ANN,
                BroadcastFixture.message("late", Optional.empty()),
                "m-2",
                "id-2",
                BroadcastFixture.NOW);
        assertThat(publish(late)).isEqualTo(new PublishResult.Expired());
        assertThat(head()).isEqualTo(1);
    }

    /** The sender got an unknown outcome and went on: the late message must not follow what came after it. */
    @Test
    void append_delayed_beyond_its_deadline_writes_nothing() throws Exception {
        PublishRequest late = BroadcastFixture.until(now.get() + 100);
        streams.holdAppends(append -> append.notAfter() == late.notAfter());
        Future<PublishResult> stopped = bus.ask(Broadcaster.PUBLISH, late);
        assertThat(Await.until(() -> streams.waiting() == 1)).isTrue();
        now.addAndGet(101);
        PublishRequest next = BroadcastFixture.asked(
                BroadcastFixture.ANN,
                BroadcastFixture.message("next", Optional.empty()),
                "m-2",
                "id-2",
                now.get() + 1_000);
        assertThat(acked(next).position().seq()).isEqualTo(1);
        streams.release();
        assertThat(done(stopped)).isEqualTo(new PublishResult.Expired());
        assertThat(head()).isEqualTo(1);
    }

    @Test
    void message_of_a_barred_user_is_refused() throws Exception {
        AppendRequest removal = entry(ROOM, 60_000).barring(BroadcastFixture.ANN.userId(), 10);
        done(streams.append(removal));
        assertThat(publish(BroadcastFixture.HELLO)).isEqualTo(PublishResult.refused(Reason.NOT_MEMBER));
        assertThat(head()).isEqualTo(1);
    }

    @Test
    void message_authorized_before_a_removal_and_appended_after_it_is_refused() throws Exception {
        PublishRequest request = BroadcastFixture.from(BroadcastFixture.sender("ben", Optional.empty()));
        streams.holdAppends(append -> append.ending().isEmpty());
        Future<PublishResult> late = bus.ask(Broadcaster.PUBLISH, request);
        assertThat(Await.until(() -> streams.waiting() == 1)).isTrue();

        PublishResult.Acked removal = (PublishResult.Acked) publish(BroadcastFixture.REMOVE_BEN);
        assertThat(removal.position().seq()).isEqualTo(1);
        streams.release();

        assertThat(done(late)).isEqualTo(PublishResult.refused(Reason.NOT_MEMBER));
        StreamEntry entry = delivered(ROOM);
        assertThat(entry.bars())
                .as("edges end the subscription of the user on this entry")
                .contains(BroadcastFixture.BEN_REMOVED.user());
        assertThat(acked(BroadcastFixture.HELLO).position().seq()).isEqualTo(2);
    }

    @Test
    void repeated_removal_gets_the_first_ack_and_another_under_its_id_is_a_conflict() throws Exception {
        PublishResult first = publish(BroadcastFixture.REMOVE_BEN);
        assertThat(publish(BroadcastFixture.REMOVE_BEN)).isEqualTo(first);
        PublishRequest other = BroadcastFixture.asked(
                BroadcastFixture.ANN,
                new Publication.Removal(
                        BroadcastFixture.LOBBY, new UserId("cleo"), BroadcastFixture.BEN_REMOVED.reason()),
                "m-10",
                BroadcastFixture.REMOVE_BEN.key(),
                BroadcastFixture.REMOVE_BEN.notAfter());
        assertThat(publish(other)).isEqualTo(PublishResult.refused(Reason.CONFLICT));
        assertThat(head()).isEqualTo(1);
    }

    @Test
    void removal_by_a_removed_user_is_refused() throws Exception {
        publish(BroadcastFixture.REMOVE_BEN);
        PublishRequest counterRemoval = BroadcastFixture.asked(
                BroadcastFixture.sender("ben", Optional.empty()),
                new Publication.Removal(BroadcastFixture.LOBBY, BroadcastFixture.ANN.userId(), Optional.empty()),
                "m-10",
                "id-10",
                BroadcastFixture.REMOVE_BEN.notAfter());
        assertThat(publish(counterRemoval)).isEqualTo(PublishResult.refused(Reason.NOT_MEMBER));
    }

    @Test
    void history_is_refused_to_a_reader_removed_during_the_read() throws Exception {
        acked(BroadcastFixture.HELLO);
        Sender ben = BroadcastFixture.sender("ben", Optional.empty());
        assertThat(read(ben, Optional.empty(), Optional.empty(), 50)).isInstanceOf(HistoryResult.Page.class);
        streams.holdReads(ROOM);
        Future<HistoryResult> pending = broadcaster.history(
                new HistoryQuery(ben.userId(), ROOM, Optional.empty(), Optional.empty(), 50, false), 30_000);
        assertThat(Await.until(() -> streams.waiting() == 1)).isTrue();
        publish(BroadcastFixture.REMOVE_BEN);
        streams.release();
        assertThat(done(pending)).isEqualTo(new HistoryResult.Refused(Rejection.of(Reason.NOT_MEMBER)));
        assertThat(history(Optional.empty(), Optional.empty(), 50).messages()).hasSize(2);
    }

    @Test
    void message_refused_by_the_policy_is_not_stored_and_does_not_use_up_its_id() throws Exception {
        assertThat(publish(BroadcastFixture.withContent("a\0b")))
                .isInstanceOfSatisfying(
                        PublishResult.Refused.class,
                        refused -> assertThat(refused.why().id()).isEqualTo("validation_failed"));
        assertThat(head()).isZero();
        acked(BroadcastFixture.HELLO); // its id is still free
    }

    @Test
    void every_question_fails_without_the_store() throws Exception {
        store.close();
        assertThatThrownBy(() -> publish(BroadcastFixture.HELLO))
                .isInstanceOfSatisfying(
                        BusFailure.class, failure -> assertThat(failure.kind()).isEqualTo(Kind.FAILED));
        assertThatThrownBy(() -> history(Optional.empty(), Optional.empty(), 50))
                .isInstanceOf(BusFailure.class);
        assertThatThrownBy(this::head).isInstanceOf(BusFailure.class);
        assertThat(received).allMatch(BlockingQueue::isEmpty);
    }

    @Test
    void history_of_an_empty_room_has_an_epoch_and_no_messages() throws Exception {
        HistoryResult.Page page = history(Optional.empty(), Optional.empty(), 50);
        assertThat(page.epoch()).matches("[A-Za-z0-9_-]{1,32}");
        assertThat(page.messages()).isEmpty();
        assertThat(page.more()).isFalse();
    }

    @Test
    void history_is_ascending_within_its_bounds_and_says_whether_there_is_more() throws Exception {
        publishMany(1, 10, "hello");
        assertPage(history(Optional.empty(), Optional.empty(), 4), 7, 10, true);
        assertPage(history(Optional.of(7L), Optional.empty(), 4), 3, 6, true);
        assertPage(history(Optional.of(3L), Optional.empty(), 4), 1, 2, false);
        assertPage(history(Optional.empty(), Optional.of(0L), 4), 1, 4, true);
        assertPage(history(Optional.empty(), Optional.of(7L), 4), 8, 10, false);
        assertThat(history(Optional.empty(), Optional.of(10L), 4).messages()).isEmpty();
        assertThat(history(Optional.of(1L), Optional.empty(), 4).messages()).isEmpty();
        assertPage(history(Optional.empty(), Optional.empty(), 100), 1, 10, false);
    }

    /** Without the gap a client that pages through the history would take entries no longer kept for read. */
    @Test
    void page_after_a_position_no_longer_kept_reports_a_gap() throws Exception {
        publishMany(1, 310, "hello");
        HistoryResult.Page behind = history(Optional.empty(), Optional.of(5L), 4);
        assertPage(behind, 11, 14, true);
        assertThat(behind.gap()).isTrue();
        HistoryResult.Page oldest = history(Optional.empty(), Optional.of(10L), 4);
        assertPage(oldest, 11, 14, true);
        assertThat(oldest.gap()).isFalse();
        assertThat(history(Optional.empty(), Optional.of(310L), 4).gap()).isFalse();
        assertThat(history(Optional.empty(), Optional.of(400L), 4).gap()).isFalse();
        assertThat(history(Optional.of(12L), Optional.empty(), 4).gap()).isFalse();
        assertThat(history(Optional.empty(), Optional.empty(), 4).gap()).isFalse();
    }

    /** 64 messages of 4 KiB would fill the answer and leave no room for the frame around them. */
    @Test
    void history_answer_with_its_frame_has_at_most_256_kib() throws Exception {
        publishMany(1, 9, "x");
        publishMany(10, 10, "x".repeat(3_000));
        List<byte[]> first = history(Optional.empty(), Optional.empty(), 1).messages();
        publishMany(11, 99, "x".repeat(3_000 + 4_096 - first.get(0).length));
        HistoryResult.Page newest = history(Optional.empty(), Optional.empty(), 100);
        assertThat(newest.messages())
                .allMatch(message -> message.length == 4_096)
                .hasSize(63);
        assertThat(newest.more()).isTrue();
        assertThat(seqs(newest)).endsWith(99L);
        Target room = new Target.ToRoom(BroadcastFixture.LOBBY);
        ServerFrame answer = new ServerFrame.History(
                Optional.of("i".repeat(64)),
                room,
                newest.epoch(),
                JsonMessages.of(newest.messages()),
                newest.more(),
                newest.gap());
        assertThat(FrameChunks.encode(answer).length).isBetween(63 * 4_096, 262_144);
        assertThat(history(Optional.empty(), Optional.of(30L), 100).messages()).hasSize(63);
    }

    private void assertPage(HistoryResult.Page page, long first, long last, boolean more) {
        assertThat(seqs(page))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(first, last).boxed().toList());
        assertThat(page.more()).isEqualTo(more);
    }

    private static List<Long> seqs(HistoryResult.Page page) {
        return page.messages().stream()
                .map(message -> new JsonObject(Buffer.buffer(message)).getLong("seq"))
                .toList();
    }

    private void publishMany(int first, int last, String content) throws Exception {
        for (int i = first; i <= last; i++) {
            acked(BroadcastFixture.under(content, "m-" + i, "id-" + i));
        }
    }

    private PublishResult publish(PublishRequest request) throws Exception {
        return done(bus.ask(Broadcaster.PUBLISH, request));
    }

    private PublishResult.Acked acked(PublishRequest request) throws Exception {
        PublishResult outcome = publish(request);
        assertThat(outcome).isInstanceOf(PublishResult.Acked.class);
        return (PublishResult.Acked) outcome;
    }

    private HistoryResult.Page history(Optional<Long> before, Optional<Long> after, int limit) throws Exception {
        return (HistoryResult.Page) read(BroadcastFixture.ANN, before, after, limit);
    }

    private HistoryResult read(Sender reader, Optional<Long> before, Optional<Long> after, int limit) throws Exception {
        return done(broadcaster.history(new HistoryQuery(reader.userId(), ROOM, before, after, limit, false), 30_000));
    }

    private long head() throws Exception {
        Position head = done(broadcaster.head(ROOM));
        return head.seq();
    }

    private StreamEntry delivered(StreamName stream) throws Exception {
        StreamEntry entry = received.get(stream.lane() % EDGES).poll(30, TimeUnit.SECONDS);
        assertThat(entry).isNotNull();
        return entry;
    }

    private static PublishRequest in(RoomId room, String messageId, String key) {
        return BroadcastFixture.asked(
                BroadcastFixture.ANN,
                new Publication.Message(new Target.ToRoom(room), "hello", Optional.empty(), List.of()),
                messageId,
                key,
                BroadcastFixture.HELLO.notAfter());
    }
}
