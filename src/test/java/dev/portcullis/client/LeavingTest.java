package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.Await;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A room is left once the server has taken it, and no leave ends the join that came after it. */
class LeavingTest extends ClientFixture {
    /** What the server does instead, by the type of the frame; true if that was all. */
    private final Map<String, BiPredicate<ServerWebSocket, JsonObject>> scripts = new ConcurrentHashMap<>();

    @Override
    boolean answersItself(ServerWebSocket socket, JsonObject frame) {
        return scripts.getOrDefault(frame.getString("type"), (any, other) -> false)
                .test(socket, frame);
    }

    /** Only once. */
    private void on(String type, BiPredicate<ServerWebSocket, JsonObject> script) {
        scripts.put(type, (socket, frame) -> {
            scripts.remove(type);
            return script.test(socket, frame);
        });
    }

    private PortcullisClient connect() throws Exception {
        PortcullisClient client = connect(options().withMillis(millis::get));
        next(ClientEvent.Joined.class);
        return client;
    }

    @ParameterizedTest
    @ValueSource(strings = {"rate_limited", "unavailable"})
    void leave_that_was_refused_for_now_is_sent_again(String reason) throws Exception {
        on("leave", (socket, frame) -> refuse(socket, frame, reason));
        PortcullisClient client = connect();
        Future<JsonObject> left = client.leave("lobby");
        awaitRefusal(client);

        millis.addAndGet(60_000);

        assertThat(await(left).getString("type")).isEqualTo("left");
        assertThat(arrived("leave")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rate_limited", "unavailable"})
    void leave_that_was_refused_for_now_is_not_sent_again_behind_a_join(String reason) throws Exception {
        on("leave", (socket, frame) -> refuse(socket, frame, reason));
        PortcullisClient client = connect();
        Future<JsonObject> left = client.leave("lobby");
        awaitRefusal(client);

        await(client.join("lobby"));

        assertGivenUp(client, left);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rate_limited", "unavailable"})
    void leave_that_is_refused_after_the_join_behind_it_is_not_sent_again(String reason) throws Exception {
        PortcullisClient client = connect();
        on("leave", (socket, frame) -> {
            on("join", (same, join) -> !refuse(socket, frame, reason));
            return true;
        });
        Future<JsonObject> left = client.leave("lobby");

        await(client.join("lobby"));

        assertGivenUp(client, left);
    }

    /** The client tells of a refusal before it has decided when to repeat. */
    private void awaitRefusal(PortcullisClient client) throws Exception {
        assertThat(Await.until(() -> events.stream()
                        .anyMatch(each -> each instanceof ClientEvent.Limited || each instanceof ClientEvent.Refused)))
                .isTrue();
        await(client.queue());
    }

    private void assertGivenUp(PortcullisClient client, Future<JsonObject> left) throws Exception {
        millis.addAndGet(60_000);
        assertFails(left, ClientFailure.Kind.CANCELLED);
        await(client.send("lobby", "after")); // would come behind it
        assertThat(arrived("leave")).hasSize(1);
    }

    @Test
    void join_that_waits_fails_by_what_ended_it() throws Exception {
        PortcullisClient client = connect();
        scripts.put("join", (socket, frame) -> true);
        Future<JsonObject> left = client.join("other");
        Future<JsonObject> leaving = client.leave("other");
        assertFails(left, ClientFailure.Kind.CANCELLED);
        await(leaving);
        Future<JsonObject> ended = client.join("third");
        await(client.close());
        assertFails(ended, ClientFailure.Kind.ENDED);
    }

    @Test
    void leave_comes_behind_the_messages_before_it() throws Exception {
        PortcullisClient client = connect();
        Future<JsonObject> first = client.send("lobby", "1");
        Future<JsonObject> second = client.send("lobby", "2");

        await(client.leave("lobby"));

        assertThat(await(first).getString("type")).isEqualTo("ack");
        assertThat(await(second).getString("type")).isEqualTo("ack");
        assertThat(arrived.stream().map(frame -> frame.getString("type")))
                .containsExactly("join", "chat", "chat", "leave");
    }

    @Test
    void message_after_a_later_join_does_not_wait_for_a_leave_without_an_answer() throws Exception {
        on("leave", (socket, frame) -> true);
        PortcullisClient client = connect();
        client.leave("lobby");
        awaitArrived("leave", 1);

        await(client.join("lobby"));

        assertThat(await(client.send("lobby", "again")).getString("type")).isEqualTo("ack");
    }

    @Test
    void answer_to_a_leave_that_was_given_up_does_not_end_the_join_behind_it() throws Exception {
        PortcullisClient client = connect();
        on("leave", (socket, frame) -> {
            on("join", (same, join) -> {
                send(socket, frame.copy().put("type", "left"));
                return false;
            });
            return true;
        });
        Future<JsonObject> left = client.leave("lobby");
        awaitArrived("leave", 1);
        millis.addAndGet(10_001);
        assertThatThrownBy(() -> await(left)).hasMessage("there was no answer");

        assertThat(await(client.join("lobby")).getString("type")).isEqualTo("joined");
        assertThat(events).noneMatch(ClientEvent.Left.class::isInstance);
    }

    @Test
    void room_that_a_former_token_did_not_grant_is_joined_where_the_answer_to_the_join_says_so() throws Exception {
        on("join", (socket, frame) -> {
            send(socket, new JsonObject().put("type", "left").put("roomId", "lobby"));
            return false;
        });

        PortcullisClient client = connect(options());

        assertThat(await(client.join("lobby")).getString("type")).isEqualTo("joined");
        assertThat(events).noneMatch(ClientEvent.Left.class::isInstance);
    }
}
