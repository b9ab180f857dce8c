package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.protocol.Position;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.Checkpoint;
import io.vertx.junit5.VertxTestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortcullisClientTest extends ClientFixture {
    @Test
    void sent_message_gets_its_ack_and_arrives_as_an_entry() throws Exception {
        PortcullisClient client = connect(options());

        JsonObject ack = await(client.send("lobby", "hello"));

        assertThat(ack.getString("type")).isEqualTo("ack");
        assertThat(ack.getLong("seq")).isEqualTo(1);
        assertThat(next(ClientEvent.Entry.class).frame().getString("content")).isEqualTo("hello");
        assertThat(server.awaitHandshake()).isEqualTo("portcullis.v1,bearer.t1");
    }

    @Test
    void message_without_ack_after_a_disconnect_is_sent_again_under_its_id() throws Exception {
        AtomicInteger chats = new AtomicInteger();
        server.instead = (socket, frame) -> {
            if (frame.getString("type").equals("chat") && chats.getAndIncrement() == 0) {
                server.append("lobby", "taken, but never acknowledged");
                socket.close((short) 1011);
                return true;
            }
            return false;
        };
        PortcullisClient client = connect(options());

        Future<JsonObject> ack = client.send("lobby", "hello");
        JsonObject first = server.awaitFrame("chat");
        JsonObject second = server.awaitFrame("chat");

        assertThat(second).isEqualTo(first);
        assertThat(await(ack).getString("id")).isEqualTo(first.getString("id"));
    }

    @Test
    void message_answered_unavailable_is_sent_again_under_its_id() throws Exception {
        AtomicInteger chats = new AtomicInteger();
        server.instead = (socket, frame) -> frame.getString("type").equals("chat")
                && chats.getAndIncrement() == 0
                && refuse(socket, frame, "unavailable");
        PortcullisClient client = connect(options());

        JsonObject ack = await(client.send("lobby", "hello"));

        assertThat(ack.getString("type")).isEqualTo("ack");
        assertThat(server.awaitFrame("chat").getString("id"))
                .isEqualTo(server.awaitFrame("chat").getString("id"));
    }

    @Test
    void message_without_any_answer_is_sent_again_under_its_id() throws Exception {
        AtomicInteger chats = new AtomicInteger();
        server.instead = (socket, frame) -> frame.getString("type").equals("chat") && chats.getAndIncrement() == 0;
        PortcullisClient client = connect(options().withAnswerMs(50));

        assertThat(await(client.send("lobby", "hello")).getString("type")).isEqualTo("ack");
        assertThat(server.awaitFrame("chat").getString("id"))
                .isEqualTo(server.awaitFrame("chat").getString("id"));
    }

    @Test
    void refusal_is_an_answer_and_not_a_failure() throws Exception {
        server.instead =
                (socket, frame) -> frame.getString("type").equals("chat") && refuse(socket, frame, "forbidden");
        PortcullisClient client = connect(options());

        Reply reply = Reply.of(await(client.send("lobby", "hello")));

        assertThat(reply.<String>fold(granted -> "granted", refused -> refused.getString("reason")))
                .isEqualTo("forbidden");
    }

    @Test
    void every_message_gets_a_random_id() throws Exception {
        PortcullisClient client = connect(options());
        await(client.send("lobby", "a"));
        await(client.send("lobby", "b"));

        List<String> ids = List.of(
                server.awaitFrame("chat").getString("id"),
                server.awaitFrame("chat").getString("id"));

        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[A-Za-z0-9_-]{32,64}"));
    }

    @Test
    void client_resumes_from_its_position_after_a_disconnect() throws Exception {
        PortcullisClient client = connect(options());
        await(client.send("lobby", "one"));
        ServerWebSocket socket = server.awaitSocket();
        server.insteadOfUpgrade = request -> {
            server.insteadOfUpgrade = any -> false;
            server.append("lobby", "two");
            server.append("lobby", "three");
            return false;
        };

        socket.close((short) 1011);

        assertThat(server.awaitFrame("join").containsKey("since")).isFalse();
        assertThat(server.awaitFrame("join").getJsonObject("since"))
                .isEqualTo(new JsonObject().put("epoch", FakeServer.EPOCH).put("seq", 1));
        assertThat(entries(3)).containsExactly("one", "two", "three");
    }

    @Test
    void long_resume_in_several_frames_continues_after_a_disconnect() throws Exception {
        PortcullisClient client = connect(options());
        await(client.send("lobby", "0"));
        AtomicInteger joins = new AtomicInteger();
        server.instead = (socket, frame) -> {
            if (!frame.getString("type").equals("join") || joins.getAndIncrement() > 1) {
                return false;
            }
            if (joins.get() == 1) {
                IntStream.rangeClosed(1, 250).forEach(i -> server.append("lobby", "" + i));
                server.sendPart(socket, frame, 1, 100, true);
                socket.close((short) 1012);
            } else {
                server.sendPart(socket, frame, 100, 200, true);
                server.sendPart(socket, frame, 200, 230, true);
                server.join(socket, frame.getString("id"), joinSince(230));
            }
            return true;
        };

        server.awaitSocket().close((short) 1012);

        assertThat(server.awaitFrame("join").containsKey("since")).isFalse();
        assertThat(server.awaitFrame("join").getJsonObject("since").getInteger("seq"))
                .isEqualTo(1);
        assertThat(server.awaitFrame("join").getJsonObject("since").getInteger("seq"))
                .isEqualTo(100);
        assertThat(entries(251))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(0, 250).mapToObj(String::valueOf).toList());
        await(client.send("lobby", "live"));
        assertThat(entries(1)).containsExactly("live");
    }

    @Test
    void resume_refused_halfway_is_requested_again_from_there() throws Exception {
        PortcullisClient client = connect(options());
        await(client.send("lobby", "0"));
        AtomicInteger joins = new AtomicInteger();
        server.instead = (socket, frame) -> {
            if (!frame.getString("type").equals("join") || joins.getAndIncrement() > 0) {
                return false;
            }
            IntStream.rangeClosed(1, 250).forEach(i -> server.append("lobby", "" + i));
            server.sendPart(socket, frame, 1, 100, true);
            return refuse(socket, frame, "unavailable");
        };

        server.awaitSocket().close((short) 1012);

        assertThat(entries(251))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(0, 250).mapToObj(String::valueOf).toList());
    }

    @Test
    void position_lost_halfway_through_a_resume_is_reported() throws Exception {
        PortcullisClient client = connect(options());
        await(client.send("lobby", "0"));
        server.instead = (socket, frame) -> {
            boolean join = frame.getString("type").equals("join");
            if (join) {
                IntStream.rangeClosed(1, 250).forEach(i -> server.append("lobby", "" + i));
                server.sendPart(socket, frame, 1, 10, true);
                socket.writeTextMessage(joined(frame, 251, false).encode());
            }
            return join;
        };

        server.awaitSocket().close((short) 1012);

        assertThat(entries(10))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(0, 9).mapToObj(String::valueOf).toList());
        assertThat(next(ClientEvent.PositionLost.class).head().seq()).isEqualTo(251);
    }

    @Test
    void duplicate_is_dropped_and_gap_is_filled_before_later_entries() throws Exception {
        PortcullisClient client = connect(options());
        await(client.send("lobby", "one"));
        vertx.runOnContext(any -> {
            JsonObject two = server.append("lobby", "two");
            JsonObject three = server.append("lobby", "three");
            server.deliver("lobby", three);
            server.deliver("lobby", two);
            server.deliver("lobby", three);
            server.deliver("lobby", server.append("lobby", "four"));
        });

        assertThat(entries(4)).containsExactly("one", "two", "three", "four");
        await(client.send("lobby", "five"));
        assertThat(entries(1)).containsExactly("five");
    }

    /** A resume that ends before its head counts as a lost position too. */
    @ParameterizedTest
    @CsvSource({"40, false", "9, true"})
    void position_that_the_server_lost_is_reported(long head, boolean recovered) throws Exception {
        PortcullisClient client = connect(options());
        await(client.send("lobby", "one"));
        server.instead = (socket, frame) -> {
            boolean join = frame.getString("type").equals("join");
            if (join) {
                send(socket, joined(frame, head, recovered));
            }
            return join;
        };

        server.awaitSocket().close((short) 1011);

        assertThat(next(ClientEvent.PositionLost.class))
                .isEqualTo(new ClientEvent.PositionLost("lobby", new Position(FakeServer.EPOCH, head)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1003, 1007, 1008, 1009, 4002, 4003, 4005, 4007})
    void close_code_without_retry_is_followed_by_no_other_attempt(int code) throws Exception {
        PortcullisClient client = connect(options());
        await(client.opened());

        server.awaitSocket().close((short) code, "no");

        assertThat(next(ClientEvent.Ended.class).disconnect().code()).isEqualTo(code);
        assertThatThrownBy(() -> await(client.send("lobby", "too late"))).isInstanceOf(ClientFailure.class);
        server.awaitHandshake();
        assertThat(server.handshakesWaiting()).isZero();
    }

    @Test
    void refused_token_is_replaced_once_if_the_source_has_another_one() throws Exception {
        server.refuseTokens();
        AtomicInteger tokens = new AtomicInteger();
        connect(ClientOptions.to(server.url(), () -> Future.succeededFuture("t" + tokens.incrementAndGet()))
                .withBackoff(1, 2));

        assertThat(next(ClientEvent.Ended.class).disconnect().reason()).isEqualTo("expired_token");
        assertThat(server.awaitHandshake()).endsWith("bearer.t1");
        assertThat(server.awaitHandshake()).endsWith("bearer.t2");
        assertThat(server.handshakesWaiting()).isZero();
    }

    @Test
    void client_of_a_draining_server_reconnects_in_its_slot() throws Exception {
        PortcullisClient client = connect(options());
        await(client.opened());
        ServerWebSocket socket = server.awaitSocket();
        long began = System.nanoTime();

        socket.writeTextMessage("{\"type\":\"server_draining\",\"reconnectInMs\":400}");
        assertThat(next(ClientEvent.Draining.class).reconnectInMs()).isEqualTo(400);
        socket.close((short) 1012, "Restarting");

        long retryInMs = next(ClientEvent.Interrupted.class).retryInMs();
        long passedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) + 1;
        assertThat(retryInMs).as("what is left of the time").isBetween(Math.max(0, 400 - passedMs), 410L);
        server.awaitSocket();
    }

    @Test
    void handshake_refused_with_503_is_retried_after_the_named_time() throws Exception {
        server.insteadOfUpgrade = request -> {
            server.insteadOfUpgrade = any -> false;
            request.response().setStatusCode(503).putHeader("Retry-After", "1").end();
            return true;
        };
        PortcullisClient client = connect(options());

        ClientEvent.Interrupted interrupted = next(ClientEvent.Interrupted.class);

        assertThat(interrupted.disconnect().code()).isEqualTo(503);
        assertThat(interrupted.retryInMs()).isBetween(1_000L, 1_010L);
        await(client.opened());
    }

    @Test
    void handshake_refused_with_403_is_not_retried() throws Exception {
        server.insteadOfUpgrade = request -> {
            request.response().setStatusCode(403).end();
            return true;
        };
        PortcullisClient client = connect(options());

        assertThat(next(ClientEvent.Ended.class).disconnect().describe()).isEqualTo("refused with HTTP 403");
        assertThatThrownBy(() -> await(client.opened())).isInstanceOf(ClientFailure.class);
    }

    @Test
    void full_queue_refuses_a_message_and_keeps_the_others() throws Exception {
        server.insteadOfWelcome = socket -> true;
        PortcullisClient client = connect(options().withMaxPending(2));
        Future<JsonObject> first = client.send("lobby", "one");
        Future<JsonObject> second = client.send("lobby", "two");

        assertFails(client.send("lobby", "three"), ClientFailure.Kind.QUEUE_FULL);
        server.awaitSocket().writeTextMessage(FakeServer.authSuccess().encode());

        assertThat(await(first).getLong("seq")).isEqualTo(1);
        assertThat(await(second).getLong("seq")).isEqualTo(2);
    }

    @Test
    void server_that_sends_no_json_is_disconnected() throws Exception {
        server.insteadOfWelcome = socket -> {
            socket.writeTextMessage("{\"type\":");
            return true;
        };
        connect(options());

        assertThat(next(ClientEvent.Ended.class).disconnect().reason()).isEqualTo("unreadable frame");
    }

    @Test
    void fields_of_the_wrong_type_are_ignored() throws Exception {
        PortcullisClient client = connect(options());
        await(client.opened());
        ServerWebSocket socket = server.awaitSocket();

        socket.writeTextMessage("{\"type\":\"rate_limited\",\"retryAfter\":\"soon\",\"id\":7}");
        socket.writeTextMessage("{\"type\":\"joined\",\"roomId\":[],\"epoch\":1,\"seq\":\"x\"}");
        socket.writeTextMessage("{\"type\":\"chat\",\"roomId\":\"lobby\",\"epoch\":null,\"seq\":{}}");

        assertThat(next(ClientEvent.Limited.class).retryAfterMs()).isZero();
        assertThat(await(client.send("lobby", "still here")).getString("type")).isEqualTo("ack");
    }

    @Test
    void many_rooms_are_joined_with_one_frame_and_a_refusal_does_not_block_the_others() throws Exception {
        server.instead = (socket, frame) -> {
            if (!frame.getString("type").equals("join")) {
                return false;
            }
            refuse(socket, new JsonObject().put("id", frame.getString("id")).put("roomId", "secret"), "not_member");
            server.join(socket, frame.getString("id"), new JsonObject().put("roomId", "lobby"));
            return true;
        };
        PortcullisClient client = connect(options().withRooms("lobby", "secret"));

        JsonObject joined = await(client.join("lobby"));

        assertThat(server.awaitFrame("join").getJsonArray("rooms")).hasSize(2);
        assertThat(joined.getString("type")).isEqualTo("joined");
        assertThat(next(ClientEvent.Refused.class).reason()).isEqualTo("not_member");
    }

    @Test
    void token_with_a_line_break_is_never_sent() throws Exception {
        connect(ClientOptions.to(server.url(), "a\r\nX-Forwarded-For: 127.0.0.1"));

        next(ClientEvent.Ended.class);
        assertThat(server.handshakesWaiting()).isZero();
    }

    @Test
    void answer_to_a_join_that_was_given_up_is_not_taken_for_that_of_the_next_one() throws Exception {
        List<JsonObject> joins = new ArrayList<>();
        server.instead = (socket, frame) -> {
            if (!frame.getString("type").equals("join")) {
                return false;
            }
            joins.add(frame);
            if (joins.size() == 2) {
                send(socket, joined(joins.get(0), 3, false));
                send(socket, joined(joins.get(1), 5, false));
            }
            return true;
        };
        PortcullisClient client = connect(ClientOptions.to(server.url(), "t1"));
        await(client.opened());
        Future<JsonObject> first = client.join("lobby");
        server.awaitFrame("join");
        await(client.leave("lobby"));

        assertThat(await(client.join("lobby")).getInteger("seq")).isEqualTo(5);

        assertThatThrownBy(() -> await(first)).isInstanceOf(ClientFailure.class);
        assertThat(next(ClientEvent.Joined.class).head().seq()).isEqualTo(5);
        assertThat(events).noneMatch(ClientEvent.PositionLost.class::isInstance);
    }

    @Test
    void listener_that_throws_is_reported_and_stops_nothing(VertxTestContext test) {
        Checkpoint acked = test.checkpoint();
        Checkpoint reported = test.laxCheckpoint();
        vertx.exceptionHandler(failure -> test.verify(() -> {
            assertThat(failure).hasMessage("of the application");
            reported.flag();
        }));
        PortcullisClient client = connect(options(), event -> {
            throw new IllegalStateException("of the application");
        });

        client.send("lobby", "hello")
                .onComplete(test.succeeding(answer -> test.verify(() -> {
                    assertThat(answer.getString("type")).isEqualTo("ack");
                    acked.flag();
                })));
    }

    @Test
    void token_source_that_throws_is_asked_again() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        PortcullisClient client = connect(ClientOptions.to(server.url(), () -> {
                    if (asked.incrementAndGet() < 3) {
                        throw new IllegalStateException("no key yet");
                    }
                    return Future.succeededFuture("t1");
                })
                .withBackoff(1, 2));

        assertThat(next(ClientEvent.Interrupted.class).disconnect().describe()).isEqualTo("no token available");
        await(client.opened());
    }

    @Test
    void silent_server_is_disconnected_after_two_heartbeats() throws Exception {
        server.insteadOfWelcome = socket -> {
            server.insteadOfWelcome = any -> false;
            socket.writeTextMessage(
                    FakeServer.authSuccess().put("heartbeatMs", 20).encode());
            return true;
        };
        PortcullisClient client = connect(options().withAnswerMs(20));

        assertThat(next(ClientEvent.Interrupted.class).disconnect().reason()).isEqualTo("the server is silent");
        server.awaitSocket();
        server.awaitSocket();
        await(client.opened());
    }

    private List<String> entries(int count) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(next(ClientEvent.Entry.class).frame().getString("content"));
        }
        return texts;
    }

    private static JsonObject joinSince(int seq) {
        return new JsonObject()
                .put("roomId", "lobby")
                .put("since", new JsonObject().put("epoch", FakeServer.EPOCH).put("seq", seq));
    }

    private static JsonObject joined(JsonObject join, long head, boolean recovered) {
        return new JsonObject()
                .put("type", "joined")
                .put("id", join.getString("id"))
                .put("roomId", "lobby")
                .put("epoch", FakeServer.EPOCH)
                .put("seq", head)
                .put("recovered", recovered)
                .put("messages", new JsonArray())
                .put("more", false);
    }
}
