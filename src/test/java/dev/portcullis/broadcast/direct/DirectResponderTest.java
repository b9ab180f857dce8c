package dev.portcullis.broadcast.direct;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.broadcast.BroadcastConfig;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.Publication.Message;
import dev.portcullis.broadcast.PublishFence;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.broadcast.PublishTime;
import dev.portcullis.broadcast.RenewablePermit;
import dev.portcullis.broadcast.direct.DirectMessages.InboxOwner;
import dev.portcullis.broadcast.interest.EdgeInterests;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.StallingStreams;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Direct messages over a real bus, where the two appends are two steps as in Redis. */
@ExtendWith(VertxExtension.class)
class DirectResponderTest {
    private static final Bounds ALL = new Bounds(1_000, 1 << 20);
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");
    private static final long PATIENCE_MS = 4_800;

    @TempDir
    Path folder;

    private final BlockingQueue<StreamEntry> sent = new LinkedBlockingQueue<>();
    private Vertx vertx;
    private EmbeddedStore store;
    private StallingStreams streams;
    private Bus bus;
    private Broadcaster broadcaster;
    private DirectMessages messages;
    private volatile boolean restartFails;

    @BeforeEach
    void start(Vertx fresh) throws Exception {
        vertx = fresh;
        bus = new Bus(vertx, "n1", new BusConfig(30_000, 1_000));
        store = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        EmbeddedStreamStore embedded = done(EmbeddedStreamStore.open(store, System::currentTimeMillis));
        streams = new StallingStreams(embedded);
        BroadcastConfig config = BroadcastConfig.read(
                section(Map.of("publishTimeoutMs", 4_500L)), empty(), CircuitBreaker.Config.STANDARD);
        done(bus.subscribe(FanOut.ENTRY, 0, sent::add));
        done(bus.answer(EdgeInterests.SNAPSHOT, 0, asked -> Future.failedFuture("not asked on one node")));
        DirectStage.answer(
                vertx,
                bus,
                new DirectStage.Stores(
                        streams,
                        breaking(embedded.inboxes()),
                        new BlockListStore(new EmbeddedRowStore(store, System::currentTimeMillis))),
                config,
                new StreamWindow(1_000, 86_400_000),
                Optional.empty());
        broadcaster = new Broadcaster(vertx, bus, config, System::currentTimeMillis);
        messages = new DirectMessages(bus, System::currentTimeMillis);
    }

    @AfterEach
    void stop() throws Exception {
        streams.release();
        done(vertx.close());
        store.close();
    }

    @Test
    void message_is_in_both_inboxes_and_each_entry_is_sent_once() throws Exception {
        PublishResult.Acked acked = acked(send("hello", "1"));
        assertThat(inbox(ANN)).hasSize(1).allMatch(body -> body.contains(acked.messageId()));
        assertThat(inbox(BEN)).isEqualTo(inbox(ANN));
        assertThat(List.of(nextSent(), nextSent()))
                .extracting(StreamEntry::stream)
                .containsExactly(StreamName.inbox(BEN), StreamName.inbox(ANN));
        assertThat(acked(send("hello", "1"))).isEqualTo(acked);
        assertThat(sent).isEmpty();
        assertThat(send("another", "1")).isEqualTo(PublishResult.refused(Reason.CONFLICT));
    }

    /** What a process that dies between the two appends leaves behind, and then the client's repeat. */
    @Test
    void message_that_only_its_recipient_got_is_completed_by_the_repeat_under_its_id() throws Exception {
        streams.holdAppends(append -> append.stream().equals(StreamName.inbox(ANN)));
        Future<PublishResult> broken = ask("hello", "1");
        assertThat(Await.until(() -> streams.waiting() > 0)).isTrue();
        assertThat(done(broken)).isEqualTo(PublishResult.refused(Reason.UNAVAILABLE));
        assertThat(inbox(BEN)).hasSize(1);
        assertThat(inbox(ANN)).isEmpty();
        streams.holdAppends(none -> false);
        PublishResult.Acked acked = acked(send("hello", "1"));
        assertThat(inbox(BEN)).hasSize(1).allMatch(body -> body.contains(acked.messageId()));
        assertThat(inbox(ANN)).as("the entry of the recipient, under one id").isEqualTo(inbox(BEN));
    }

    /** Nothing is refused that was sent. */
    @Test
    void message_whose_time_passed_between_the_two_is_completed_by_a_later_attempt() throws Exception {
        streams.holdAppends(append -> append.stream().equals(StreamName.inbox(ANN)));
        long[] ends = {1_500, 5_000};
        int[] asked = {0};
        PublishFence fence = new PublishFence() {
            @Override
            public Future<Long> current(long withinMs) {
                return Future.succeededFuture(System.currentTimeMillis() + ends[Math.min(asked[0]++, 1)]);
            }

            @Override
            public Future<Long> renewed(long withinMs) {
                return current(withinMs);
            }
        };
        Future<PublishResult> result = ask(ANN, "hello", "1", fence);
        assertThat(Await.until(() -> streams.waiting() > 0)).isTrue();
        AppendRequest first = streams.asked().stream()
                .filter(append -> append.stream().equals(StreamName.inbox(ANN)))
                .findFirst()
                .orElseThrow();
        assertThat(Await.until(() -> System.currentTimeMillis() > first.notAfter()))
                .isTrue();
        streams.release();
        PublishResult.Acked acked = acked(done(result));
        assertThat(inbox(ANN)).hasSize(1).allMatch(body -> body.contains(acked.messageId()));
        assertThat(inbox(BEN)).hasSize(1).allMatch(body -> body.contains(acked.messageId()));
    }

    @Test
    void flooded_inbox_refuses_its_flooder_and_no_other_sender() throws Exception {
        for (int i = 0; i < 100; i++) {
            acked(send("flood " + i, "f" + i));
        }
        assertThat(send("one more", "more")).isEqualTo(PublishResult.refused(Reason.RESTRICTED));
        acked(done(ask(new UserId("cleo"), "a friend", "c", PublishFence.until(Long.MAX_VALUE))));
        assertThat(inbox(BEN)).hasSize(101);
        InboxOwner ben = new InboxOwner(BEN, Optional.empty());
        var opened = done(messages.open(ben, Optional.empty()));
        done(messages.acknowledge(ben, new Position(opened.head().epoch(), 1), 1_000));
        acked(send("one more", "more"));
    }

    /** Else the time of the answer would tell (CWE-208). */
    @Test
    void answer_takes_two_appends_and_no_read_whether_the_recipient_blocks_the_sender_or_not() throws Exception {
        streams.holdReads(StreamName.inbox(BEN));
        for (boolean blocked : new boolean[] {false, true}) {
            blocks(ANN, blocked);
            for (String attempt : List.of("first", "repeat")) {
                int before = streams.asked().size();
                acked(send("hello", "blocked " + blocked));
                assertThat(streams.asked().size() - before)
                        .as("%s, blocked %s", attempt, blocked)
                        .isEqualTo(2);
            }
        }
    }

    @Test
    void text_is_made_safe_and_refused_like_that_of_rooms() throws Exception {
        acked(send("<script>x</script>", "1"));
        assertThat(inbox(BEN)).noneMatch(body -> body.contains("\"content\":\"<script"));
        assertThat(send("a\u0001b", "2")).isInstanceOf(PublishResult.Refused.class);
        assertThat(inbox(BEN)).hasSize(1);
    }

    @Test
    void full_block_list_takes_no_one_more_and_a_block_can_be_lifted() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            assertThat(blocks(new UserId("u" + i), true)).isTrue();
        }
        assertThat(blocks(ANN, true)).isFalse();
        assertThat(done(messages.isBlocked(BEN, ANN))).isFalse();
        assertThat(blocks(new UserId("u0"), false)).isTrue();
        assertThat(blocks(ANN, true)).isTrue();
        assertThat(done(messages.isBlocked(BEN, ANN))).isTrue();
    }

    /** The question waits at a stopped node, while another instance answers a newer one. */
    @Test
    void change_of_a_block_that_comes_after_its_answer_was_due_undoes_no_newer_one() throws Exception {
        DirectMessages slow = new DirectMessages(bus, () -> System.currentTimeMillis() - bus.deadlineMs() - 1);

        assertThatThrownBy(() -> done(slow.block(BEN, ANN, true))).isInstanceOf(BusFailure.class);
        assertThat(done(messages.isBlocked(BEN, ANN))).isFalse();

        assertThat(blocks(ANN, true)).isTrue();
        assertThatThrownBy(() -> done(slow.block(BEN, ANN, false))).isInstanceOf(BusFailure.class);
        assertThat(done(messages.isBlocked(BEN, ANN))).isTrue();
    }

    /** What the backlog counts of the time of the block was never in the inbox. */
    @Test
    void lift_of_a_block_that_broke_off_before_the_backlog_began_again_is_completed_by_a_repetition() throws Exception {
        blocks(ANN, true);
        for (int i = 0; i < 100; i++) {
            acked(send("hello", "blocked " + i));
        }
        restartFails = true;
        assertThatThrownBy(() -> blocks(ANN, false)).isInstanceOf(BusFailure.class);
        assertThat(send("hello", "full")).isInstanceOf(PublishResult.Refused.class);

        restartFails = false;
        assertThat(blocks(ANN, false)).isTrue();
        acked(send("hello", "arrives"));
        assertThat(inbox(BEN)).hasSize(1);
    }

    /** Inboxes whose backlogs can't begin again while {@link #restartFails}. */
    private InboxStore breaking(InboxStore inboxes) {
        return (InboxStore) Proxy.newProxyInstance(
                InboxStore.class.getClassLoader(),
                new Class<?>[] {InboxStore.class},
                (proxy, method, arguments) -> restartFails && method.getName().equals("restartBacklog")
                        ? Future.failedFuture(new StoreFailure("on order"))
                        : method.invoke(inboxes, arguments));
    }

    private boolean blocks(UserId user, boolean blocked) throws Exception {
        return done(messages.block(BEN, user, blocked));
    }

    private PublishResult send(String content, String id) throws Exception {
        return done(ask(content, id));
    }

    private Future<PublishResult> ask(String content, String id) {
        return ask(ANN, content, id, PublishFence.until(Long.MAX_VALUE));
    }

    private static PublishResult.Acked acked(PublishResult result) {
        return result.fold(acked -> acked, (Rejection why) -> {
            throw new AssertionError(why);
        });
    }

    private StreamEntry nextSent() throws InterruptedException {
        StreamEntry entry = sent.poll(30, TimeUnit.SECONDS);
        assertThat(entry).isNotNull();
        return entry;
    }

    private List<String> inbox(UserId user) throws Exception {
        return done(streams.after(StreamName.inbox(user), 0, ALL)).entries().stream()
                .map(entry -> new String(entry.body(), StandardCharsets.UTF_8))
                .toList();
    }

    private Future<PublishResult> ask(UserId from, String content, String id, PublishFence fence) {
        return broadcaster.publish(
                sender(from),
                new Message(new Target.ToUser(BEN), content, Optional.empty(), List.of()),
                Optional.of(id),
                RenewablePermit.UNCONDITIONAL,
                new PublishTime(PATIENCE_MS, fence));
    }

    private static Sender sender(UserId user) {
        return new Sender(user, Optional.empty(), Role.MEMBER, List.of(), "session of " + user);
    }

    private static Section empty() {
        return section(Map.of());
    }

    private static Section section(Map<String, Object> values) {
        return Section.root(values, new ConfigReading(Map.of(), Path.of(".")));
    }
}
