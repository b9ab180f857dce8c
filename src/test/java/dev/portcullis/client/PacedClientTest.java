package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.pace.PacedFrames;
import dev.portcullis.client.pace.QueuedFrame;
import dev.portcullis.kit.Await;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The client stays within the limits of the server, and waits where they are used up. */
class PacedClientTest extends ClientFixture {
    private final AtomicInteger limitedChats = new AtomicInteger();
    private volatile String scope = "user";
    private volatile long retryAfterMs;
    private volatile long minute = 1_000;
    private final AtomicInteger looksAtClock = new AtomicInteger();
    private volatile JsonObject actions = new JsonObject();
    private volatile Set<String> lost = Set.of();

    @Override
    boolean answersItself(ServerWebSocket socket, JsonObject frame) {
        if (lost.contains(frame.getString("type"))) {
            return true;
        }
        if (!frame.getString("type").equals("chat") || limitedChats.getAndDecrement() <= 0) {
            return false;
        }
        send(
                socket,
                new JsonObject()
                        .put("type", "rate_limited")
                        .put("id", frame.getString("id"))
                        .put("scope", scope)
                        .put("window", "burst")
                        .put("retryAfter", retryAfterMs)
                        .put("remaining", 0));
        return true;
    }

    /** @param burst frames in a second, of which the join is one */
    private PortcullisClient connect(long burst) throws Exception {
        return connect(burst, options());
    }

    private PortcullisClient connect(long burst, ClientOptions options) throws Exception {
        server.insteadOfWelcome = socket -> {
            JsonObject limits = new JsonObject()
                    .put("burst", burst)
                    .put("minute", minute)
                    .put("hour", 10_000)
                    .put("frameBytes", 65_536)
                    .put("actions", actions);
            send(socket, FakeServer.authSuccess().put("limits", limits));
            return true;
        };
        PortcullisClient client = connect(options.withMillis(() -> {
            looksAtClock.incrementAndGet();
            return millis.get();
        }));
        next(ClientEvent.Joined.class);
        return client;
    }

    @Test
    void frames_beyond_the_burst_wait_in_the_queue_until_it_frees() throws Exception {
        PortcullisClient client = connect(3);
        Future<JsonObject> last = Future.succeededFuture();
        for (int i = 0; i < 5; i++) {
            last = client.send("lobby", "m" + i);
        }
        awaitArrived("chat", 2);
        assertThat(Await.until(() -> queued(client).size() == 3)).isTrue();
        assertThat(queued(client)).extracting(QueuedFrame::sent).containsOnly(false);
        assertThat(arrived("chat")).hasSize(2);

        millis.addAndGet(1_500);

        awaitArrived("chat", 5);
        assertThat(await(last).getString("type")).isEqualTo("ack");
        assertThat(arrived("chat").stream().map(frame -> frame.getString("content")))
                .containsExactlyElementsOf(
                        IntStream.range(0, 5).mapToObj(i -> "m" + i).toList());
    }

    private static List<QueuedFrame> queued(PortcullisClient client) {
        return client.queue().await();
    }

    @Test
    void limited_frame_is_sent_again_under_its_id_when_the_block_is_over() throws Exception {
        limitedChats.set(1);
        retryAfterMs = 60_000;
        PortcullisClient client = connect(1_000);
        Future<JsonObject> ack = client.send("lobby", "hello");
        assertThat(next(ClientEvent.Limited.class).retryAfterMs()).isEqualTo(60_000);
        assertThat(await(client.queue())).extracting(QueuedFrame::sent).containsExactly(false);
        assertThat(ack.isComplete()).isFalse();

        millis.addAndGet(60_000);

        assertThat(await(ack).getString("type")).isEqualTo("ack");
        assertThat(arrived("chat"))
                .extracting(frame -> frame.getString("id"))
                .hasSize(2)
                .containsOnly(arrived("chat").get(0).getString("id"));
    }

    @Test
    void limit_of_an_action_holds_up_that_action_only() throws Exception {
        limitedChats.set(1);
        scope = "action";
        retryAfterMs = 60_000;
        PortcullisClient client = connect(1_000);
        Future<JsonObject> ack = client.send("lobby", "hello");
        next(ClientEvent.Limited.class);

        assertThat(await(client.history("lobby", 5)).getString("type")).isEqualTo("history");
        assertThat(ack.isComplete()).isFalse();
        millis.addAndGet(60_000);
        assertThat(await(ack).getString("type")).isEqualTo("ack");
    }

    @Test
    void action_beyond_its_limit_waits_and_shows_it_while_others_go_on() throws Exception {
        actions = new JsonObject().put("history", 4);
        PortcullisClient client = connect(1_000);
        List<Future<JsonObject>> histories =
                IntStream.range(0, 3).mapToObj(i -> client.history("lobby", 5)).toList();

        awaitArrived("history", 2); // half of them are left to the run before
        assertThat(await(client.send("lobby", "hello")).getString("type")).isEqualTo("ack");
        assertThat(await(client.paced())).containsExactly(new PacedFrames("history", 1, 65_000));
        assertThat(arrived("history")).hasSize(2);

        millis.addAndGet(65_000);

        assertThat(await(Future.all(histories)).succeeded()).isTrue();
        assertThat(await(client.paced())).isEmpty();
    }

    @Test
    void rooms_beyond_what_fits_are_joined_later_and_in_few_frames() throws Exception {
        actions = new JsonObject().put("join", 100);
        PortcullisClient client = connect(1_000);
        List<Future<JsonObject>> joins =
                IntStream.range(0, 120).mapToObj(i -> client.join("room-" + i)).toList();

        assertThat(Await.until(() -> joins.stream().filter(Future::succeeded).count() == 49))
                .isTrue();
        assertThat(joinedRooms()).as("half of them are left to the run before").isEqualTo(50);
        assertThat(await(client.paced())).extracting(PacedFrames::count).containsExactly(71);
        millis.addAndGet(65_000);
        assertThat(Await.until(() -> joinedRooms() == 121)).isTrue();

        assertThat(await(Future.all(joins)).succeeded()).isTrue();
        assertThat(arrived("join")).hasSizeLessThan(10);
    }

    private int joinedRooms() {
        return arrived("join").stream()
                .mapToInt(join ->
                        join.containsKey("rooms") ? join.getJsonArray("rooms").size() : 1)
                .sum();
    }

    @Test
    void new_token_waits_for_no_limit() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        connect(
                1,
                ClientOptions.to(server.url(), () -> Future.succeededFuture("t" + tokens.incrementAndGet()))
                        .withRooms("lobby"));

        send(
                server.awaitSocket(),
                new JsonObject().put("type", "token_expiring").put("expiresAt", 55));

        awaitArrived("token_refresh", 1);
        assertThat(arrived("token_refresh").get(0).getString("token")).isEqualTo("t2");
    }

    @Test
    void ping_after_a_sleep_waits_for_the_minute() throws Exception {
        minute = 2; // which the join and the message use up
        PortcullisClient client = connect(10, options().withAnswerMs(20));
        await(client.send("lobby", "hello"));

        millis.addAndGet(16_000);
        awaitChecks();
        assertThat(arrived("ping")).isEmpty();
        millis.addAndGet(50_000);

        awaitArrived("ping", 1);
    }

    @Test
    void frame_beyond_the_burst_waits_for_a_missing_answer_until_the_server_has_answered_a_question() throws Exception {
        lost = Set.of("chat");
        PortcullisClient client = connect(1, options().withAnswerMs(100)); // which is how often it looks at the clock
        millis.addAndGet(1_100);
        var unused = client.send("lobby", "lost");
        awaitArrived("chat", 1);
        Future<JsonObject> other = client.sendTo("bob", "waits");

        for (int i = 0; i < 3; i++) { // each is too short for a sleep of the machine
            millis.addAndGet(10_000);
            awaitChecks();
        }
        assertThat(arrived.stream().map(frame -> frame.getString("type"))).containsExactly("join", "chat");
        lost = Set.of();
        millis.addAndGet(1_000);
        awaitArrived("ping", 1);
        awaitChecks();
        millis.addAndGet(1_100);

        assertThat(Await.until(() -> arrived.size() > 3)).isTrue();
        awaitChecks();
        millis.addAndGet(1_100);
        assertThat(await(other).getString("type"))
                .isEqualTo("pong"); // as this server answers all that it does not know
    }

    @Test
    void connection_that_takes_no_frame_is_found_dead_and_replaced_though_the_burst_is_used_up() throws Exception {
        lost = Set.of("chat", "ping");
        PortcullisClient client = connect(1, options().withAnswerMs(100));
        millis.addAndGet(1_100);
        Future<JsonObject> ack = client.send("lobby", "hello");
        awaitArrived("chat", 1);
        for (int i = 0; i < 3; i++) {
            millis.addAndGet(10_500);
            awaitChecks();
        }
        awaitArrived("ping", 1);
        lost = Set.of();

        millis.addAndGet(101);

        assertThat(next(ClientEvent.Interrupted.class).disconnect().reason()).isEqualTo("the server is silent");
        next(ClientEvent.Opened.class);
        awaitChecks();
        millis.addAndGet(1_100); // the message may have arrived until then
        next(ClientEvent.Joined.class);
        millis.addAndGet(1_100);
        assertThat(await(ack).getString("type")).isEqualTo("ack");
    }

    /** The client checks its connection, and looks at the clock a few times for that. */
    private void awaitChecks() {
        int before = looksAtClock.get();
        assertThat(Await.until(() -> looksAtClock.get() > before + 50)).isTrue();
    }

    @Test
    void client_without_pacing_gets_the_refusal() throws Exception {
        limitedChats.set(1);
        PortcullisClient client = connect(options().withPacing(false));

        Reply reply = Reply.of(await(client.send("lobby", "hello")));

        assertThat(reply.<String>fold(granted -> "granted", limited -> "limited", refused -> "refused"))
                .isEqualTo("limited");
    }
}
