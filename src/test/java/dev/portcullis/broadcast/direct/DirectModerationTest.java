package dev.portcullis.broadcast.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.metrics.CounterFamily;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.broadcast.BroadcastConfig;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.PublishFence;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.broadcast.interest.EdgeInterests;
import dev.portcullis.broadcast.moderation.Moderation;
import dev.portcullis.broadcast.moderation.ModerationConfig;
import dev.portcullis.broadcast.moderation.ModerationResult;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.content.ContentConfig;
import dev.portcullis.content.ContentConfig.Policy;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.http.outgoing.OutgoingEvents;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.StallingStreams;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Direct messages are published as a moderation service decides. The two appends are two steps as in Redis. */
class DirectModerationTest {
    private static final Bounds ALL = new Bounds(1_000, 1 << 20);
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");
    private static final long PATIENCE_MS = 4_800;
    private static final String ALLOW = "{\"action\": \"allow\"}";
    private static final String REFUSE = "{\"action\": \"refuse\", \"reason\": \"spam\"}";
    private static final String CLEAN = "{\"action\": \"replace\", \"content\": \"clean\"}";
    private static final PublishResult SPAM = new PublishResult.Refused(
            new Rejection.Failed(Reason.RESTRICTED, List.of(new Violation("/content", "moderation:spam"))));

    @TempDir
    Path folder;

    private final List<JsonObject> asked = new CopyOnWriteArrayList<>();
    private final MetricsRegistry registry = new MetricsRegistry();
    private volatile String script = ALLOW;
    private Vertx vertx;
    private EmbeddedStore store;
    private StallingStreams streams;
    private Moderation moderation;
    private int port;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        store = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        port = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    asked.add(new JsonObject(body));
                    request.response().end(script);
                }))
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS)
                .actualPort();
    }

    @AfterEach
    void stop() throws Exception {
        streams.release();
        moderation.close();
        vertx.close().await(30, TimeUnit.SECONDS);
        store.close();
        registry.close();
    }

    @Test
    void refused_message_is_in_no_inbox() throws Exception {
        DirectMessages messages = messages(Map.of());
        script = REFUSE;
        assertThat(send(messages, "buy", "1")).isEqualTo(SPAM);
        assertThat(inbox(BEN)).isEmpty();
        assertThat(inbox(ANN)).isEmpty();
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0).getString("type")).isEqualTo("chat_message");
        assertThat(asked.get(0).getString("recipientId")).isEqualTo("ben");
        assertThat(asked.get(0).getString("userId")).isEqualTo("ann");
        assertThat(asked.get(0).getString("content")).isEqualTo("buy");
    }

    @Test
    void text_that_is_put_in_place_is_in_both_inboxes() throws Exception {
        DirectMessages messages = messages(Map.of());
        script = CLEAN;
        PublishResult first = send(messages, "dirty", "1");
        assertThat(first).isInstanceOf(PublishResult.Acked.class);
        assertThat(contents(BEN)).containsExactly("clean");
        assertThat(inbox(ANN)).isEqualTo(inbox(BEN));
        script = REFUSE;
        assertThat(send(messages, "dirty", "1"))
                .as("what is in the store is not asked about again")
                .isEqualTo(first);
        assertThat(asked).hasSize(1);
    }

    /** What a process leaves behind that dies between the two appends. The service has changed its mind since. */
    @Test
    void message_that_only_its_recipient_got_is_completed_with_the_same_text_and_no_question() throws Exception {
        DirectMessages messages = messages(Map.of("remembered", 1, "rememberMs", 100));
        script = CLEAN;
        streams.holdAppends(append -> append.stream().equals(StreamName.inbox(ANN)));
        Future<PublishResult> broken = ask(messages, "dirty", "1");
        assertThat(Await.until(() -> streams.waiting() > 0)).isTrue();
        assertThat(broken.await(30, TimeUnit.SECONDS)).isEqualTo(PublishResult.refused(Reason.UNAVAILABLE));
        streams.holdAppends(none -> false);
        script = REFUSE;
        assertThat(send(messages, "dirty", "1")).isInstanceOf(PublishResult.Acked.class);
        assertThat(contents(BEN)).containsExactly("clean");
        assertThat(inbox(ANN)).isEqualTo(inbox(BEN));
        assertThat(asked).hasSize(1);
    }

    @Test
    void edit_is_moderated_like_a_message_and_a_deletion_is_not() throws Exception {
        DirectMessages messages = messages(Map.of());
        String id = ((PublishResult.Acked) send(messages, "first", "1")).messageId();
        script = REFUSE;
        assertThat(edit(messages, id, "spam", "2").await(30, TimeUnit.SECONDS)).isEqualTo(SPAM);
        assertThat(asked.get(1).getString("type")).isEqualTo("message_edited");
        assertThat(inbox(BEN)).hasSize(1);
        assertThat(inbox(ANN)).hasSize(1);
        script = CLEAN;
        assertThat(edit(messages, id, "dirty", "3").await(30, TimeUnit.SECONDS))
                .isInstanceOf(PublishResult.Acked.class);
        assertThat(contents(BEN)).containsExactly("first", "clean");
        assertThat(inbox(ANN)).isEqualTo(inbox(BEN));
        script = REFUSE;
        assertThat(messages.delete(sender(), deletion(id, "4"), PATIENCE_MS, always())
                        .await(30, TimeUnit.SECONDS))
                .isInstanceOf(PublishResult.Acked.class);
        assertThat(asked).as("a deletion publishes no text").hasSize(3);
        assertThat(inbox(ANN)).hasSize(3).isEqualTo(inbox(BEN));
    }

    @Test
    void edit_that_only_the_recipient_got_is_completed_with_the_same_text_and_no_question() throws Exception {
        DirectMessages messages = messages(Map.of("remembered", 1, "rememberMs", 100));
        String id = ((PublishResult.Acked) send(messages, "first", "1")).messageId();
        script = CLEAN;
        streams.holdAppends(append -> append.stream().equals(StreamName.inbox(ANN)));
        Future<PublishResult> broken = edit(messages, id, "dirty", "2");
        assertThat(Await.until(() -> streams.waiting() > 0)).isTrue();
        assertThat(broken.await(30, TimeUnit.SECONDS)).isEqualTo(PublishResult.refused(Reason.UNAVAILABLE));
        assertThat(contents(BEN)).containsExactly("first", "clean");
        assertThat(contents(ANN)).containsExactly("first");
        streams.holdAppends(none -> false);
        script = REFUSE;
        PublishResult edited = edit(messages, id, "dirty", "2").await(30, TimeUnit.SECONDS);
        assertThat(edited).isInstanceOf(PublishResult.Acked.class);
        assertThat(inbox(ANN)).isEqualTo(inbox(BEN));
        assertThat(edit(messages, id, "dirty", "2").await(30, TimeUnit.SECONDS)).isEqualTo(edited);
        assertThat(asked).hasSize(2);
    }

    /** Else the time of the answer would tell. */
    @Test
    void message_of_a_blocked_sender_is_asked_about_too() throws Exception {
        DirectMessages messages = messages(Map.of());
        messages.block(BEN, ANN, true).await(30, TimeUnit.SECONDS);
        script = REFUSE;
        assertThat(send(messages, "buy", "1")).isEqualTo(SPAM);
        script = CLEAN;
        PublishResult acked = send(messages, "dirty", "2");
        assertThat(acked).isInstanceOf(PublishResult.Acked.class);
        assertThat(send(messages, "dirty", "2")).isEqualTo(acked);
        assertThat(asked).hasSize(2);
        assertThat(contents(ANN)).containsExactly("clean");
        assertThat(inbox(BEN)).isEmpty();
    }

    @Test
    void message_is_not_asked_about_where_direct_messages_are_left_out() throws Exception {
        DirectMessages messages = messages(Map.of("direct", false));
        script = REFUSE;
        assertThat(send(messages, "private", "1")).isInstanceOf(PublishResult.Acked.class);
        assertThat(contents(BEN)).containsExactly("private");
        assertThat(asked).isEmpty();
    }

    private DirectMessages messages(Map<String, Object> settings) throws Exception {
        Map<String, Object> hook = new HashMap<>(
                Map.of("url", "http://127.0.0.1:" + port + "/check", "deadlineMs", 4_000));
        hook.putAll(settings);
        moderation = Moderation.open(
                vertx,
                ModerationConfig.read(section(hook)).orElseThrow(),
                OutgoingEvents.IGNORED,
                new Metrics(registry.registry())
                        .counters(CounterFamily.MODERATED, ModerationResult.class, ModerationResult::id),
                System::currentTimeMillis);
        EmbeddedStreamStore embedded =
                EmbeddedStreamStore.open(store, System::currentTimeMillis).await(30, TimeUnit.SECONDS);
        streams = new StallingStreams(embedded);
        Bus bus = new Bus(vertx, "n1", new BusConfig(30_000, 1_000));
        BroadcastConfig config =
                BroadcastConfig.read(section(Map.of("publishTimeoutMs", 4_500L)), section(Map.of()));
        bus.answer(EdgeInterests.SNAPSHOT, 0, question -> Future.failedFuture("not asked on one node"))
                .await(30, TimeUnit.SECONDS);
        new DirectResponder(
                        new DirectResponder.Stores(streams, embedded.inboxes()),
                        new ContentPolicy(new ContentConfig(Policy.ALLOWLIST, false)),
                        config,
                        new Retention(1_000, 86_400_000),
                        InboxConfig.read(section(Map.of())),
                        new FanOut(bus, new EdgeInterests(bus, config.interestBits(), System::nanoTime)),
                        System::currentTimeMillis,
                        Optional.of(moderation))
                .answer(bus, 0)
                .await(30, TimeUnit.SECONDS);
        return new DirectMessages(bus, new Broadcaster(vertx, bus, config, System::currentTimeMillis));
    }

    private static PublishResult send(DirectMessages messages, String content, String id) throws Exception {
        return ask(messages, content, id).await(30, TimeUnit.SECONDS);
    }

    private static Future<PublishResult> ask(DirectMessages messages, String content, String id) {
        ClientFrame.ChatMessage frame =
                new ClientFrame.ChatMessage(envelope(id), BEN, content, Optional.empty(), List.of());
        return messages.send(sender(), frame, PATIENCE_MS, always());
    }

    private static Future<PublishResult> edit(DirectMessages messages, String messageId, String content, String id) {
        ClientFrame.EditMessage frame =
                new ClientFrame.EditMessage(envelope(id), new Target.ToUser(BEN), messageId, content);
        return messages.edit(sender(), frame, PATIENCE_MS, always());
    }

    private static ClientFrame.DeleteMessage deletion(String messageId, String id) {
        return new ClientFrame.DeleteMessage(envelope(id), new Target.ToUser(BEN), messageId);
    }

    private static ClientFrame.Envelope envelope(String id) {
        return new ClientFrame.Envelope(Optional.of(id), Optional.empty());
    }

    private static Sender sender() {
        return new Sender(ANN, Optional.empty(), Role.MEMBER, List.of(), "session");
    }

    private static PublishFence always() {
        return PublishFence.until(Long.MAX_VALUE);
    }

    private List<String> contents(UserId user) throws Exception {
        return inbox(user).stream()
                .map(body -> new JsonObject("{" + body).getString("content"))
                .toList();
    }

    private List<String> inbox(UserId user) throws Exception {
        return streams.after(StreamName.inbox(user), 0, ALL).await(30, TimeUnit.SECONDS).entries().stream()
                .map(entry -> new String(entry.body(), StandardCharsets.UTF_8))
                .toList();
    }

    private static Section section(Map<String, Object> values) {
        return Section.root(values, new ConfigReading(Map.of(), Path.of(".")));
    }
}
