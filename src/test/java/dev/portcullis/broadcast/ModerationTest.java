package dev.portcullis.broadcast;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.broadcast.interest.EdgeInterests;
import dev.portcullis.broadcast.moderation.Moderation;
import dev.portcullis.broadcast.moderation.ModerationAnswer;
import dev.portcullis.broadcast.moderation.ModerationConfig;
import dev.portcullis.broadcast.moderation.PatientModeration;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Json;
import dev.portcullis.config.Section;
import dev.portcullis.config.crypto.Hkdf;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.resilience.CircuitBreaker.Pass;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.StallingStreams;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages are published as a moderation service decides, a real one over HTTP. */
@ExtendWith(VertxExtension.class)
class ModerationTest {
    private static final StreamName ROOM = StreamName.room(BroadcastFixture.LOBBY);
    private static final String SECRET = "a secret of the moderation service";
    private static final PublishResult UNAVAILABLE = PublishResult.refused(Reason.UNAVAILABLE);
    private static final String ALLOW = "{\"action\": \"allow\"}";
    private static final String REFUSE = "{\"action\": \"refuse\", \"reason\": \"spam\"}";

    /** A request to the service, as it came. */
    private record Asked(Map<String, String> headers, JsonObject message, Buffer body) {}

    @TempDir
    Path folder;

    private final AtomicLong now = new AtomicLong(BroadcastFixture.NOW);
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final List<Moderation> opened = new ArrayList<>();
    private final List<Vertx> own = new ArrayList<>();
    private final MetricsRegistry registry = new MetricsRegistry();
    private final Metrics metrics = new Metrics(registry.registry());
    private final OutgoingMetrics outgoing = new OutgoingMetrics(metrics);
    private volatile Consumer<HttpServerRequest> script = answering(200, ALLOW);
    private Vertx vertx;
    private EmbeddedStore store;
    private StallingStreams streams;
    private int port;

    @BeforeEach
    void start(Vertx fresh) throws Exception {
        vertx = fresh;
        store = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        streams = new StallingStreams(done(EmbeddedStreamStore.open(store, now::get)));
        port = done(vertx.createHttpServer()
                        .requestHandler(request -> request.body().onSuccess(body -> {
                            Map<String, String> headers = new HashMap<>();
                            request.headers()
                                    .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
                            asked.add(new Asked(headers, new JsonObject(body), body));
                            script.accept(request);
                        }))
                        .listen(0, "127.0.0.1"))
                .actualPort();
    }

    @AfterEach
    void stop() throws Exception {
        opened.forEach(Moderation::close);
        for (Vertx each : own) {
            done(each.close());
        }
        done(vertx.close());
        store.close();
        registry.close();
    }

    @Test
    void allowed_message_is_published_as_it_is() throws Exception {
        Bus node = node(Map.of());
        assertThat(publish(node, BroadcastFixture.HELLO)).isInstanceOf(PublishResult.Acked.class);
        assertThat(stored().getString("content")).isEqualTo("hello");
        assertThat(asked).hasSize(1);
        assertScraped("portcullis_moderated_total{answer=\"allow\"} 1.0");
        assertScraped("portcullis_outgoing_seconds_count{service=\"content_hook\"} 1");
    }

    /** The service sees what readers would see, and its own secret vouches for it. */
    @Test
    void service_gets_the_safe_message_and_a_signature() throws Exception {
        Bus node = node(Map.of("secret", SECRET));
        PublishRequest request = BroadcastFixture.asked(
                BroadcastFixture.ANN,
                BroadcastFixture.message(
                        "<img src=x onerror=alert(1)> #hi",
                        Optional.empty(),
                        new Attachment("file", "https://a.example/x", "<b>.txt")),
                "m-1",
                "id-1",
                BroadcastFixture.HELLO.notAfter());
        publish(node, request);

        Asked question = asked.get(0);
        assertThat(question.message().getString("messageId")).isEqualTo("m-1");
        assertThat(question.message().getString("roomId")).isEqualTo("lobby");
        assertThat(question.message().getString("userId")).isEqualTo("ann");
        assertThat(question.message().getString("content")).isEqualTo(" #hi");
        assertThat(question.message().getString("text")).isEqualTo("<img src=x onerror=alert(1)> #hi");
        assertThat(question.message()
                        .getJsonArray("attachments")
                        .getJsonObject(0)
                        .getString("name"))
                .isEqualTo("&lt;b&gt;.txt");
        String seconds = question.headers().get("portcullis-timestamp");
        assertThat(seconds).isEqualTo(Long.toString(BroadcastFixture.NOW / 1_000));
        byte[] mac = Hkdf.hmac(
                SECRET.getBytes(StandardCharsets.UTF_8),
                (seconds + ".").getBytes(StandardCharsets.UTF_8),
                question.body().getBytes());
        assertThat(question.headers().get("portcullis-signature"))
                .isEqualTo("v1=" + HexFormat.of().formatHex(mac));
    }

    @Test
    void refused_message_is_not_stored_and_its_reason_is_not_that_of_an_attack() throws Exception {
        script = answering(200, REFUSE);
        Bus node = node(Map.of());
        assertThat(publish(node, BroadcastFixture.HELLO))
                .isEqualTo(new PublishResult.Refused(new Rejection.Failed(
                        Reason.RESTRICTED, List.of(new Violation("/content", "moderation:spam")))));
        assertThat(head()).isZero();
        assertScraped("portcullis_moderated_total{answer=\"refuse\"} 1.0");
    }

    @Test
    void replaced_text_passes_the_content_policy_again() throws Exception {
        script = answering(200, "{\"action\": \"replace\", \"content\": \"<b>h***</b><script>alert(1)</script>\"}");
        Bus node = node(Map.of());
        publish(node, BroadcastFixture.HELLO);
        assertThat(stored().getString("content")).isEqualTo("<b>h***</b>alert(1)");
        assertThat(stored().getString("messageId")).isEqualTo("m-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "closed"})
    void message_is_refused_if_the_text_in_its_place_can_not_be_published(String onFailure) throws Exception {
        Bus node = node(Map.of("onFailure", onFailure));
        for (String text : List.of("a\\u0000b", "", "x".repeat(5_001))) {
            script = answering(200, "{\"action\": \"replace\", \"content\": \"" + text + "\"}");
            assertThat(publish(node, BroadcastFixture.under("two", "m-" + text.length(), "id-" + text.length())))
                    .isInstanceOfSatisfying(
                            PublishResult.Refused.class,
                            refused -> assertThat(refused.why().id()).isEqualTo("restricted"));
        }
        assertThat(head()).isZero();
    }

    @Test
    void message_that_the_policy_refuses_is_not_asked_about() throws Exception {
        Bus node = node(Map.of());
        publish(node, BroadcastFixture.withContent("a\0b"));
        assertThat(asked).isEmpty();
    }

    @Test
    void message_of_a_room_that_is_not_named_is_not_asked_about() throws Exception {
        Bus node = node(Map.of("rooms", List.of("kids-*")));
        assertThat(publish(node, BroadcastFixture.HELLO)).isInstanceOf(PublishResult.Acked.class);
        assertThat(asked).isEmpty();
        publish(node, in(new RoomId("kids-1")));
        assertThat(asked).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"silent", "status 500", "status 403", "garbage", "redirect", "oversized", "cut"})
    void message_without_an_answer_is_unavailable_or_published_as_configured(String failure) throws Exception {
        script = failing(failure);
        Bus closed = node(Map.of("deadlineMs", 300));
        assertThat(publish(closed, BroadcastFixture.HELLO)).isEqualTo(UNAVAILABLE);
        assertThat(head()).isZero();

        Bus open = node(Map.of("deadlineMs", 300, "onFailure", "open"));
        assertThat(publish(open, BroadcastFixture.HELLO)).isInstanceOf(PublishResult.Acked.class);
        assertThat(stored().getString("content")).isEqualTo("hello");
    }

    @Test
    void message_beyond_the_bound_in_flight_counts_as_one_without_an_answer() throws Exception {
        List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
        script = held::add;
        Bus node = node(Map.of("inFlight", 1, "deadlineMs", 4_000));
        Future<PublishResult> first = node.ask(Broadcaster.PUBLISH, BroadcastFixture.HELLO);
        assertThat(Await.until(() -> held.size() == 1)).isTrue();
        assertThat(publish(node, BroadcastFixture.under("two", "m-2", "id-2"))).isEqualTo(UNAVAILABLE);
        answering(200, ALLOW).accept(held.get(0));
        assertThat(done(first)).isInstanceOf(PublishResult.Acked.class);
    }

    /** A service that is down costs a deadline now and then, not one for each message. */
    @Test
    void breaker_opens_after_silence_and_closes_when_the_service_is_back() throws Exception {
        script = request -> {};
        Bus node = node(Map.of("deadlineMs", 2_000), new CircuitBreaker.Config(2, 20, 5_000, 5_000));
        for (int i = 0; i < 2; i++) {
            assertThat(publish(node, BroadcastFixture.under("x", "m-" + i, "id-" + i)))
                    .isEqualTo(UNAVAILABLE);
        }
        assertThat(opened.get(0).position()).isEqualTo(Pass.OPEN);
        assertThat(Await.until(() -> asked.size() == 2)).isTrue();
        for (int i = 10; i < 13; i++) {
            assertThat(publish(node, BroadcastFixture.under("x", "m-" + i, "id-" + i)))
                    .isEqualTo(UNAVAILABLE);
        }
        assertThat(asked).as("calls while it is open").hasSize(2);

        script = answering(200, ALLOW);
        assertThat(Await.until(() -> isAcked(node, BroadcastFixture.HELLO))).isTrue();
        assertThat(opened.get(0).position()).isEqualTo(Pass.CLOSED);
    }

    /** Else a few users with texts over which the service takes too long stop the messages of all (CWE-400). */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void messages_over_which_the_service_takes_too_long_stop_no_others(int attackers) throws Exception {
        script = request -> {
            if (!asked.get(asked.size() - 1).message().getString("content").equals("slow")) {
                answering(200, ALLOW).accept(request);
            }
        };
        Bus node = node(Map.of("deadlineMs", 2_500), new CircuitBreaker.Config(3, 20, 60_000, 60_000));
        for (int round = 0; round < 5; round++) {
            List<Future<PublishResult>> slow = new ArrayList<>();
            for (int i = 0; i < attackers; i++) {
                slow.add(node.ask(Broadcaster.PUBLISH, of("a" + i, "slow", round)));
            }
            PublishResult honest = publish(node, of("honest", "hello", round));
            assertThat(honest).as("round %s", round).isInstanceOf(PublishResult.Acked.class);
            for (Future<PublishResult> each : slow) {
                assertThat(done(each)).isEqualTo(UNAVAILABLE);
            }
        }
        assertThat(asked.stream()
                        .filter(each -> each.message().getString("content").equals("slow")))
                .as("each attacker's own breaker is open after three")
                .hasSize(3 * attackers);
    }

    @Test
    void repeated_message_is_asked_about_once_and_has_one_outcome() throws Exception {
        Bus node = node(Map.of());
        PublishResult first = publish(node, BroadcastFixture.HELLO);
        script = answering(200, REFUSE);
        assertThat(publish(node, BroadcastFixture.under("hello", "m-2", "id-1")))
                .isEqualTo(first);
        Bus other = node(Map.of());
        assertThat(publish(other, BroadcastFixture.under("hello", "m-3", "id-1")))
                .as("at another node, which remembers nothing")
                .isEqualTo(first);
        assertThat(asked).hasSize(1);
    }

    @Test
    void refused_message_is_refused_again_without_another_question() throws Exception {
        script = answering(200, REFUSE);
        Bus node = node(Map.of());
        PublishResult first = publish(node, BroadcastFixture.HELLO);
        script = answering(200, ALLOW);
        assertThat(publish(node, BroadcastFixture.under("hello", "m-2", "id-1")))
                .isEqualTo(first);
        assertThat(asked).hasSize(1);
        publish(node, BroadcastFixture.under("something else", "m-3", "id-1"));
        assertThat(asked).as("another text under the id is another message").hasSize(2);
    }

    /** The first attempt is answered late, and the sender's node tries at another one meanwhile. */
    @ParameterizedTest
    @ValueSource(strings = {REFUSE, "garbage"})
    void refusal_at_another_node_gives_way_to_what_was_appended(String answer) throws Exception {
        Bus node = node(Map.of("deadlineMs", 4_000));
        Bus other = node(Map.of("deadlineMs", 4_000));
        List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
        script = held::add;
        Future<PublishResult> late = other.ask(Broadcaster.PUBLISH, BroadcastFixture.HELLO);
        assertThat(Await.until(() -> held.size() == 1)).isTrue();
        script = answering(200, ALLOW);
        PublishResult acked = publish(node, BroadcastFixture.HELLO);
        assertThat(acked).isInstanceOf(PublishResult.Acked.class);
        answering(200, answer).accept(held.get(0));
        assertThat(done(late)).isEqualTo(acked);
        assertThat(head()).isEqualTo(1);
    }

    /** The fence of the session ended while the service thought: the next attempt need not wait for it again. */
    @Test
    void attempt_after_an_expired_one_uses_the_answer_that_came_meanwhile() throws Exception {
        List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
        script = held::add;
        Bus node = node(Map.of("deadlineMs", 4_000));
        Future<PublishResult> late = node.ask(Broadcaster.PUBLISH, BroadcastFixture.until(now.get() + 100));
        assertThat(Await.until(() -> held.size() == 1)).isTrue();
        now.addAndGet(101);
        answering(200, ALLOW).accept(held.get(0));
        assertThat(done(late)).isEqualTo(new PublishResult.Expired());
        assertThat(publish(node, BroadcastFixture.until(now.get() + 100))).isInstanceOf(PublishResult.Acked.class);
        assertThat(asked).hasSize(1);
    }

    private Consumer<HttpServerRequest> failing(String how) {
        return switch (how) {
            case "silent" -> request -> {};
            case "status 500" -> answering(500, ALLOW);
            case "status 403" -> answering(403, ALLOW);
            case "redirect" ->
                request -> request.response()
                        .setStatusCode(307)
                        .putHeader("Location", "http://127.0.0.1:" + port + "/other")
                        .end();
            case "oversized" -> answering(200, "{\"action\": \"allow\", \"x\": \"" + "y".repeat(70_000) + "\"}");
            case "cut" -> request -> request.connection().close();
            default -> answering(200, "allow it");
        };
    }

    private static Consumer<HttpServerRequest> answering(int status, String body) {
        return request -> request.response().setStatusCode(status).end(body);
    }

    /** A broadcast stage of its own, with its own memory and breaker, over the same store. */
    private Bus node(Map<String, Object> settings) throws Exception {
        return node(settings, CircuitBreaker.Config.STANDARD);
    }

    private Bus node(Map<String, Object> settings, CircuitBreaker.Config breaker) throws Exception {
        Map<String, Object> hook = new HashMap<>(Map.of("url", "http://127.0.0.1:" + port + "/check"));
        hook.putAll(settings);
        ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));
        ModerationConfig read = ModerationConfig.read(
                        Section.root((Map<?, ?>) Objects.requireNonNull(Json.parse(Json.write(hook))), reading),
                        breaker)
                .orElseThrow();
        assertThat(reading.problems().found()).isEmpty();
        ModerationConfig config = settings.containsKey("deadlineMs") ? read : PatientModeration.of(read);
        Moderation moderation = new Moderation(
                vertx,
                config,
                outgoing,
                metrics.counters(Metric.MODERATED, ModerationAnswer.Kind.class, ModerationAnswer.Kind::id),
                now::get);
        opened.add(moderation);
        Vertx loops = Vertx.vertx(); // each bus has its own codecs
        own.add(loops);
        Bus bus = new Bus(loops, "n" + own.size(), new BusConfig(30_000, 1_000));
        FanOut fanOut =
                new FanOut(bus, new EdgeInterests(bus, BroadcastFixture.DEFAULT.interestBits(), System::nanoTime));
        done(loops.deployVerticle(new BroadcastVerticle(
                0,
                bus,
                streams,
                fanOut,
                BroadcastFixture.publisher(
                        streams, fanOut, BroadcastFixture.DEFAULT, now::get, Optional.of(moderation)),
                List.of())));
        return bus;
    }

    private static boolean isAcked(Bus node, PublishRequest request) {
        try {
            return publish(node, request) instanceof PublishResult.Acked;
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    private static PublishRequest of(String user, String content, int number) {
        return BroadcastFixture.asked(
                BroadcastFixture.sender(user, Optional.empty()),
                BroadcastFixture.message(content, Optional.empty()),
                "m-" + user + "-" + number,
                "id-" + user + "-" + number,
                BroadcastFixture.HELLO.notAfter());
    }

    private static PublishResult publish(Bus node, PublishRequest request) throws Exception {
        return done(node.ask(Broadcaster.PUBLISH, request));
    }

    @Test
    void edit_is_moderated_like_a_message_and_a_deletion_is_not() throws Exception {
        Bus node = node(Map.of());
        publish(node, BroadcastFixture.HELLO);
        script = answering(200, REFUSE);
        assertThat(amend(node, Optional.of("spam"), "e1"))
                .isEqualTo(new PublishResult.Refused(new Rejection.Failed(
                        Reason.RESTRICTED, List.of(new Violation("/content", "moderation:spam")))));
        JsonObject shown = asked.get(1).message();
        assertThat(shown.getString("type")).isEqualTo("message_edited");
        assertThat(shown.getString("content")).isEqualTo("spam");
        assertThat(head()).isEqualTo(1);
        script = answering(200, "{\"action\": \"replace\", \"content\": \"clean\"}");
        PublishResult edited = amend(node, Optional.of("dirty"), "e2");
        assertThat(edited).isInstanceOf(PublishResult.Acked.class);
        assertThat(entry(2).getString("content")).isEqualTo("clean");
        script = answering(200, REFUSE);
        assertThat(amend(node, Optional.of("dirty"), "e2"))
                .as("what is in the store is not asked about again")
                .isEqualTo(edited);
        assertThat(asked).hasSize(3);
        assertThat(amend(node, Optional.empty(), "d1")).isInstanceOf(PublishResult.Acked.class);
        assertThat(asked).as("a deletion publishes no text").hasSize(3);
        script = answering(200, ALLOW);
        assertThat(amend(node, Optional.of("late"), "e3")).isEqualTo(PublishResult.refused(Reason.NOT_FOUND));
    }

    private static PublishResult amend(Bus node, Optional<String> content, String key) throws Exception {
        return publish(
                node,
                BroadcastFixture.asked(
                        BroadcastFixture.ANN,
                        new Publication.Amendment(
                                new Target.ToRoom(BroadcastFixture.LOBBY),
                                BroadcastFixture.HELLO.messageId(),
                                content,
                                false),
                        BroadcastFixture.HELLO.messageId(),
                        key,
                        BroadcastFixture.HELLO.notAfter()));
    }

    private static PublishRequest in(RoomId room) {
        return BroadcastFixture.asked(
                BroadcastFixture.ANN,
                new Publication.Message(new Target.ToRoom(room), "hello", Optional.empty(), List.of()),
                "m-9",
                "id-9",
                BroadcastFixture.HELLO.notAfter());
    }

    private long head() throws Exception {
        return done(streams.head(ROOM)).seq();
    }

    private JsonObject stored() throws Exception {
        return entry(1);
    }

    private JsonObject entry(long seq) throws Exception {
        return new JsonObject(Buffer.buffer(EntryFrame.frame(
                done(streams.after(ROOM, seq - 1, new Bounds(1, 1))).entries().get(0))));
    }

    private void assertScraped(String line) {
        assertThat(registry.scrape().lines()).contains(line);
    }
}
