package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.client.pace.QueuedFrame;
import dev.portcullis.kit.Await;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits for an answer: under which id, how to look at it, and what is not sent at all. */
class OutgoingQueueTest extends ClientFixture {
    private volatile boolean silent;

    @Override
    boolean answersItself(ServerWebSocket socket, JsonObject frame) {
        return silent && frame.getString("type").equals("chat");
    }

    private static JsonObject chat(String content) {
        return new JsonObject().put("type", "chat").put("roomId", "lobby").put("content", content);
    }

    @Test
    void id_of_the_application_is_the_idempotency_key() throws Exception {
        PortcullisClient client = connect(options());

        JsonObject first = await(client.publish(chat("hello").put("id", "greeting")));
        JsonObject again = await(client.publish(chat("hello").put("id", "greeting")));

        assertThat(first.getString("id")).isEqualTo("greeting");
        assertThat(again.getLong("seq")).isEqualTo(first.getLong("seq"));
    }

    @Test
    void queue_shows_what_waits_and_cancel_gives_it_up() throws Exception {
        silent = true;
        PortcullisClient client = connect(options().withMillis(millis::get));
        next(ClientEvent.Joined.class);
        Future<JsonObject> sent = client.publish(chat("one").put("id", "a"));
        Future<JsonObject> twin = client.publish(chat("one").put("id", "a"));
        awaitArrived("chat", 1);
        millis.addAndGet(500);

        QueuedFrame queued = await(client.queue()).get(0);

        assertThat(queued)
                .isEqualTo(new QueuedFrame("a", "chat", true, 500, chat("one").put("id", "a")));
        assertFails(twin, ClientFailure.Kind.MALFORMED);
        assertThat(await(client.cancel("a"))).isTrue();
        assertFails(sent, ClientFailure.Kind.CANCELLED);
        assertThat(await(client.queue())).isEmpty();
        assertThat(await(client.cancel("a"))).isFalse();
    }

    @Test
    void queue_survives_a_disconnect_in_its_order() throws Exception {
        silent = true;
        PortcullisClient client = connect(options());
        next(ClientEvent.Joined.class);
        Future<JsonObject> one = client.send("lobby", "one");
        Future<JsonObject> two = client.send("lobby", "two");
        awaitArrived("chat", 1);

        silent = false;
        server.awaitSocket().close((short) 1011);

        assertThat(await(one).getLong("seq")).isEqualTo(1);
        assertThat(await(two).getLong("seq")).isEqualTo(2);
    }

    @Test
    void message_does_not_overtake_one_before_it_that_has_to_be_sent_again() throws Exception {
        AtomicInteger chats = new AtomicInteger();
        server.instead = (socket, frame) -> {
            return frame.getString("type").equals("chat")
                    && chats.getAndIncrement() == 0
                    && refuse(socket, frame, "unavailable");
        };
        PortcullisClient client = connect(options());
        next(ClientEvent.Joined.class);
        Future<JsonObject> one = client.send("lobby", "one");
        Future<JsonObject> two = client.send("lobby", "two");

        assertThat(await(two).getLong("seq")).isEqualTo(2);
        assertThat(await(one).getLong("seq")).isEqualTo(1);
    }

    @Test
    void message_goes_on_when_the_one_before_it_is_cancelled() throws Exception {
        silent = true;
        PortcullisClient client = connect(options());
        next(ClientEvent.Joined.class);
        Future<JsonObject> one = client.publish(chat("one").put("id", "a"));
        Future<JsonObject> two = client.send("lobby", "two");
        awaitArrived("chat", 1);

        silent = false;
        client.cancel("a");

        assertThat(await(two).getLong("seq")).isEqualTo(1);
        assertFails(one, ClientFailure.Kind.CANCELLED);
    }

    /** As where a login changes in another window. */
    @Test
    void client_whose_token_is_suddenly_of_another_user_ends_and_sends_nothing_of_what_waits() throws Exception {
        silent = true;
        AtomicInteger connections = new AtomicInteger();
        server.insteadOfWelcome = socket -> {
            String user = connections.getAndIncrement() == 0 ? "alice" : "mallory";
            send(socket, FakeServer.authSuccess().put("userId", user));
            return true;
        };
        PortcullisClient client = connect(options());
        next(ClientEvent.Joined.class);
        Future<JsonObject> sent = client.send("lobby", "of alice");
        awaitArrived("chat", 1);
        int before = arrived.size();

        server.awaitSocket().close((short) 1011);

        assertThat(next(ClientEvent.Ended.class).disconnect().describe()).isEqualTo("the token is of another user");
        assertFails(sent, ClientFailure.Kind.ENDED);
        ServerWebSocket ofMallory = server.awaitSocket();
        assertThat(Await.until(ofMallory::isClosed)).isTrue(); // what was sent came before
        assertThat(arrived).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"chat\", \"roomId\": \"lobby\"}",
                "{\"type\": \"chat\", \"roomId\": \"-\", \"content\": \"x\"}",
                "{\"type\": \"chat\", \"roomId\": \"lobby\", \"content\": \"x\", \"colour\": \"red\"}",
                "{\"type\": \"chat\", \"roomId\": \"lobby\", \"content\": \"\\ud800\"}",
                "{\"type\": \"chat\", \"roomId\": \"lobby\", \"content\": \"x\", \"id\": \"not an id\"}",
                "{\"type\": \"auth_success\"}",
                "{}"
            })
    void frame_that_the_schemas_refuse_is_not_sent(String frame) throws Exception {
        PortcullisClient client = connect(options());
        assertFails(client.publish(new JsonObject(frame)), ClientFailure.Kind.MALFORMED);
        await(client.send("lobby", "fine"));
        assertThat(arrived("chat")).hasSize(1);
    }

    @Test
    void problem_of_a_frame_is_named_by_path_and_rule() {
        assertThatThrownBy(() -> await(connect(options()).send("lobby", "x".repeat(1_001))))
                .hasMessage("validation_failed: maxLength at /content");
    }

    @Test
    void frame_beyond_the_size_that_the_server_takes_is_not_sent() throws Exception {
        server.welcomeWith(FakeServer.authSuccess().put("limits", new JsonObject().put("frameBytes", 1_024)));
        PortcullisClient client = connect(options());
        next(ClientEvent.Joined.class);

        assertFails(client.send("lobby", "x".repeat(900)), ClientFailure.Kind.MALFORMED);
        assertThat(await(client.send("lobby", "x".repeat(500))).getString("type"))
                .isEqualTo("ack");
    }

    @Test
    void refused_token_is_not_tried_again_after_its_source_has_failed_for_a_while() throws Exception {
        server.refuseTokens();
        AtomicInteger asked = new AtomicInteger();
        connect(ClientOptions.to(
                        server.url(),
                        () -> asked.incrementAndGet() == 2
                                ? Future.failedFuture("the login is down")
                                : Future.succeededFuture("refused"))
                .withBackoff(1, 5));

        assertThat(next(ClientEvent.Ended.class).disconnect().code()).isEqualTo(1008);
        assertThat(asked).hasValue(3);
        server.awaitHandshake();
        assertThat(server.handshakesWaiting()).isZero();
    }

    @Test
    void frame_that_is_no_json_is_refused_and_stops_nothing() throws Exception {
        PortcullisClient client = connect(options());
        JsonObject frame = new JsonObject().put("type", "chat").put("content", new Object());

        assertThatThrownBy(() -> await(client.publish(frame))).isNotInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> await(client.ask(frame))).isNotInstanceOf(TimeoutException.class);
        assertThat(await(client.send("lobby", "hello")).getString("type")).isEqualTo("ack");
    }

    @Test
    void source_without_a_token_any_more_ends_the_client() throws Exception {
        connect(ClientOptions.to(server.url(), Future::succeededFuture));

        assertThat(next(ClientEvent.Ended.class).disconnect().describe()).isEqualTo("no token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ws://chat.example/ws",
                "ws://10.0.0.1:8080",
                "ws://localhost.evil.example",
                "ws://127.evil.example"
            })
    void address_without_tls_is_refused_beyond_this_machine(String url) {
        assertThatThrownBy(() -> ClientOptions.to(url, "t")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wss://chat.example/ws", "ws://localhost:8080", "ws://127.0.0.1", "ws://[::1]:8080"})
    void address_with_tls_or_of_this_machine_is_taken(String url) {
        assertThat(ClientOptions.to(url, "t").servers()).hasSize(1);
    }
}
