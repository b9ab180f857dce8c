package dev.portcullis.broadcast.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.metrics.CounterFamily;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.broadcast.BroadcastConfig;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.broadcast.amend.Amendment;
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
import dev.portcullis.http.outgoing.OutgoingConfig;
import dev.portcullis.http.outgoing.OutgoingEvents;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.CircuitBreaker;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
    private static final Sender SENDER = new Sender(ANN, Optional.empty(), Role.MEMBER, List.of(), "session");
    private static final String ALLOW = "{\"action\": \"allow\"}";
    private static final String REFUSE = "{\"action\": \"refuse\", \"reason\": \"spam\"}";
    private static final String CLEAN = "{\"action\": \"replace\", \"content\": \"clean\"}";
    private static final PublishResult SPAM = new PublishResult.Refused(
            new Rejection.Failed(Reason.RESTRICTED, List.of(new Violation("/content", "moderation:spam"))));

    @TempDir
    Path folder;

    private final List<JsonObject> asked = new CopyOnWriteArrayList<>();
    private final List<Moderation> opened = new ArrayList<>();
    private final MetricsRegistry registry = new MetricsRegistry();
    private volatile String script = ALLOW;
    private Vertx vertx;
    private EmbeddedStore store;
    private EmbeddedStreamStore embedded;
    private StallingStreams streams;
    private Bus bus;
    private int port;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        store = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        embedded = EmbeddedStreamStore.open(store, System::currentTimeMillis).await(30, TimeUnit.SECONDS);
        streams = new StallingStreams(embedded);
        bus = new Bus(vertx, "n1", new BusConfig(30_000, 1_000));
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
        opened.forEach(Moderation::close);
        vertx.close().await(30, TimeUnit.SECONDS);
        store.close();
        registry.close();
    }

    @Test
    void refused_message_is_in_no_inbox() throws Exception {
        open(Map.of());
        script = REFUSE;
        assertThat(send("buy", "1")).isEqualTo(SPAM);
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
        open(Map.of());
        script = CLEAN;
        PublishResult first = send("dirty", "1");
        assertThat(first).isInstanceOf(PublishResult.Acked.class);
        assertThat(contents(BEN)).containsExactly("clean");
        assertThat(inbox(ANN)).isEqualTo(inbox(BEN));
        script = REFUSE;
        assertThat(send("dirty", "1"))
                .as("what is in the store is not asked about again")
                .isEqualTo(first);
        assertThat(asked).hasSize(1);
    }

    /** What a process leaves behind that dies between the two appends. The service has changed its mind since. */
    @Test
    void message_that_only_its_recipient_got_is_completed_with_the_same_text_and_no_question() throws Exception {
        open(Map.of("remembered", 1));
        script = CLEAN;
        streams.holdAppends(append -> append.stream().equals(StreamName.inbox(ANN)));
        Future<PublishResult> broken = ask("dirty", "1");
        assertThat(Await.until(() -> streams.waiting() > 0)).isTrue();
        assertThat(broken.isComplete()).isFalse();
        streams.holdAppends(none -> false);
        script = ALLOW;
        send("other", "2"); // takes the place of the answer that is remembered
        script = REFUSE;
        assertThat(send("dirty", "1")).isInstanceOf(PublishResult.Acked.class);
        assertThat(contents(BEN)).containsExactly("clean", "other");
        assertThat(contents(ANN)).containsExactly("other", "clean");
        assertThat(asked).hasSize(2);
    }

    @Test
    void edit_is_moderated_like_a_message_and_a_deletion_is_not() throws Exception {
        open(Map.of());
        String id = ((PublishResult.Acked) send("first", "1")).messageId();
        script = REFUSE;
        assertThat(amend(id, Optional.of("spam"), "2")).isEqualTo(SPAM);
        assertThat(asked.get(1).getString("type")).isEqualTo("message_edited");
        assertThat(inbox(BEN)).hasSize(1);
        assertThat(inbox(ANN)).hasSize(1);
        script = CLEAN;
        assertThat(amend(id, Optional.of("dirty"), "3")).isInstanceOf(PublishResult.Acked.class);
        assertThat(contents(BEN)).containsExactly("first", "clean");
        assertThat(inbox(ANN)).isEqualTo(inbox(BEN));
        script = REFUSE;
        assertThat(amend(id, Optional.empty(), "4")).isInstanceOf(PublishResult.Acked.class);
        assertThat(asked).as("a deletion publishes no text").hasSize(3);
        assertThat(inbox(ANN)).hasSize(3).isEqualTo(inbox(BEN));
    }

    @Test
    void edit_that_only_the_recipient_got_is_completed_with_the_same_text_and_no_question() throws Exception {
        open(Map.of("remembered", 1));
        String id = ((PublishResult.Acked) send("first", "1")).messageId();
        script = CLEAN;
        streams.holdAppends(append -> append.stream().equals(StreamName.inbox(ANN)));
        Future<PublishResult> broken = askToAmend(id, Optional.of("dirty"), "2");
        assertThat(Await.until(() -> streams.waiting() > 0)).isTrue();
        assertThat(broken.isComplete()).isFalse();
        assertThat(contents(BEN)).containsExactly("first", "clean");
        assertThat(contents(ANN)).containsExactly("first");
        streams.holdAppends(none -> false);
        script = ALLOW;
        send("other", "3"); // takes the place of the answer that is remembered
        script = REFUSE;
        PublishResult edited = amend(id, Optional.of("dirty"), "2");
        assertThat(edited).isInstanceOf(PublishResult.Acked.class);
        assertThat(contents(BEN)).containsExactly("first", "clean", "other");
        assertThat(contents(ANN)).containsExactly("first", "other", "clean");
        assertThat(amend(id, Optional.of("dirty"), "2")).isEqualTo(edited);
        assertThat(asked).hasSize(3);
    }

    /** Else the time of the answer would tell. */
    @Test
    void message_of_a_blocked_sender_is_asked_about_too() throws Exception {
        open(Map.of());
        bus.ask(DirectMessages.BLOCK, new DirectMessages.BlockChange(BEN, ANN, true))
                .await(30, TimeUnit.SECONDS);
        script = REFUSE;
        assertThat(send("buy", "1")).isEqualTo(SPAM);
        script = CLEAN;
        PublishResult acked = send("dirty", "2");
        assertThat(acked).isInstanceOf(PublishResult.Acked.class);
        assertThat(send("dirty", "2")).isEqualTo(acked);
        assertThat(asked).hasSize(2);
        assertThat(contents(ANN)).containsExactly("clean");
        assertThat(inbox(BEN)).isEmpty();
    }

    @Test
    void message_is_not_asked_about_where_direct_messages_are_left_out() throws Exception {
        open(Map.of("direct", false));
        script = REFUSE;
        assertThat(send("private", "1")).isInstanceOf(PublishResult.Acked.class);
        assertThat(contents(BEN)).containsExactly("private");
        assertThat(asked).isEmpty();
    }

    private void open(Map<String, Object> settings) throws Exception {
        Map<String, Object> hook = new HashMap<>(Map.of("url", "http://127.0.0.1:" + port + "/check"));
        hook.putAll(settings);
        Moderation moderation = Moderation.open(
                vertx,
                patient(ModerationConfig.read(section(hook)).orElseThrow()),
                OutgoingEvents.IGNORED,
                new Metrics(registry.registry())
                        .counters(CounterFamily.MODERATED, ModerationResult.class, ModerationResult::id),
                System::currentTimeMillis);
        opened.add(moderation);
        BroadcastConfig config = BroadcastConfig.read(section(Map.of()), section(Map.of()));
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
    }

    /** With a deadline that no busy machine exceeds. */
    private static ModerationConfig patient(ModerationConfig config) {
        return new ModerationConfig(
                config.url(),
                config.secret(),
                new OutgoingConfig(30_000, 65_536, 256, 256, Set.of(), CircuitBreaker.Config.STANDARD),
                config.onFailure(),
                config.rooms(),
                config.direct(),
                config.remembered(),
                config.rememberMs(),
                config.ca());
    }

    private PublishResult send(String content, String key) throws Exception {
        return ask(content, key).await(30, TimeUnit.SECONDS);
    }

    private Future<PublishResult> ask(String content, String key) {
        return bus.ask(
                DirectMessages.SEND,
                new DirectRequest(
                        SENDER,
                        BEN,
                        content,
                        Optional.empty(),
                        List.of(),
                        UUID.randomUUID().toString(),
                        key,
                        Long.MAX_VALUE));
    }

    private PublishResult amend(String messageId, Optional<String> content, String key) throws Exception {
        return askToAmend(messageId, content, key).await(30, TimeUnit.SECONDS);
    }

    private Future<PublishResult> askToAmend(String messageId, Optional<String> content, String key) {
        return bus.ask(
                DirectMessages.AMEND,
                new Amendment(SENDER, new Target.ToUser(BEN), messageId, content, false, key, Long.MAX_VALUE));
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
