package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The inbox of a user: nothing twice, in order, acknowledged, and asked for where another session was faster. */
class DirectMessagesTest extends ClientFixture {
    /** What the server sends on the next connections, one after the other. */
    private final List<List<JsonObject>> scripts = new CopyOnWriteArrayList<>();

    @Override
    boolean answersItself(ServerWebSocket socket, JsonObject frame) {
        if (frame.getString("type").equals("auth")) {
            playNext(socket);
            return true;
        }
        return false;
    }

    /** @param connections what is sent on each, and on all after the last of them */
    private void serve(List<List<JsonObject>> connections) {
        scripts.addAll(connections);
        server.insteadOfWelcome = socket -> {
            if (!isByFrame()) {
                playNext(socket);
            }
            return true;
        };
    }

    private boolean isByFrame() {
        return !lastHandshake().contains("bearer.");
    }

    private String lastHandshake() {
        try {
            return server.awaitHandshake();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private void playNext(ServerWebSocket socket) {
        List<JsonObject> frames = scripts.size() > 1 ? scripts.remove(0) : scripts.get(0);
        frames.forEach(frame -> {
            if (frame.containsKey("close")) {
                socket.close(frame.getInteger("close").shortValue(), "");
            } else {
                send(socket, frame);
            }
        });
    }

    private static JsonObject opened(long head) {
        return FakeServer.authSuccess()
                .put("inbox", new JsonObject().put("epoch", "i1").put("seq", head));
    }

    private static JsonObject message(long seq) {
        return new JsonObject()
                .put("type", "chat_message")
                .put("epoch", "i1")
                .put("seq", seq)
                .put("userId", "bob")
                .put("recipientId", "alice")
                .put("messageId", "m-" + seq)
                .put("content", "d" + seq);
    }

    private static JsonObject close(int code) {
        return new JsonObject().put("close", code);
    }

    private List<String> directs(int count) throws InterruptedException {
        Stream.Builder<String> texts = Stream.builder();
        for (int i = 0; i < count; i++) {
            texts.add(next(ClientEvent.Direct.class).frame().getString("content"));
        }
        return texts.build().toList();
    }

    private ClientOptions inbox() {
        return ClientOptions.to(server.url(), "t1").withBackoff(1, 5);
    }

    @Test
    void direct_messages_are_reported_once_and_in_order_over_a_cut_and_acknowledged() throws Exception {
        serve(List.of(
                List.of(opened(0), message(1), message(2), close(1011)),
                List.of(opened(3), message(1), message(2), message(3))));
        connect(inbox());

        assertThat(directs(3)).containsExactly("d1", "d2", "d3");
        awaitArrived("ack", 1);
        assertThat(arrived("ack"))
                .extracting(frame -> frame.getLong("inboxSeq"))
                .last()
                .isIn(2L, 3L);
        assertThat(events.stream().filter(ClientEvent.Direct.class::isInstance)).isEmpty();
    }

    @Test
    void application_acknowledges_by_itself_where_it_says_so() throws Exception {
        serve(List.of(List.of(opened(0), message(1), message(2))));
        PortcullisClient client = connect(inbox().withInboxAcks(false));
        directs(2);

        client.acknowledge(1);

        awaitArrived("ack", 1);
        assertThat(arrived("ack"))
                .extracting(frame -> frame.getLong("inboxSeq"))
                .containsExactly(1L);
    }

    @Test
    void messages_that_another_session_acknowledged_are_asked_for_by_an_auth_frame() throws Exception {
        serve(List.of(
                List.of(opened(0), message(1), close(1011)),
                List.of(opened(4), message(4)),
                List.of(opened(4), message(2), message(3), message(4))));
        connect(inbox());

        assertThat(directs(4)).containsExactly("d1", "d2", "d3", "d4");
        JsonObject auth = arrived("auth").get(0);
        assertThat(auth.getString("token")).isEqualTo("t1");
        assertThat(auth.getJsonObject("resume").encode()).isEqualTo("{\"inbox\":{\"epoch\":\"i1\",\"seq\":1}}");
        assertThat(events.stream().filter(ClientEvent.DirectLost.class::isInstance))
                .isEmpty();
    }

    @Test
    void messages_that_another_session_acknowledged_before_this_one_had_any_are_asked_for_too() throws Exception {
        serve(List.of(
                List.of(opened(4), close(1011)),
                List.of(opened(6), message(7)),
                List.of(opened(7), message(5), message(6), message(7))));
        connect(inbox());

        assertThat(directs(3)).containsExactly("d5", "d6", "d7");
        assertThat(arrived("auth").get(0).getJsonObject("resume").encode())
                .isEqualTo("{\"inbox\":{\"epoch\":\"i1\",\"seq\":4}}");
    }

    @Test
    void messages_of_which_nothing_is_known_are_reported_as_lost_and_taken_where_they_come_late() throws Exception {
        serve(List.of(List.of(opened(4), close(1011)), List.of(opened(6))));
        PortcullisClient client = connect(inbox().withMillis(millis::get));
        next(ClientEvent.Interrupted.class);
        next(ClientEvent.Opened.class);
        await(client.ask(new JsonObject().put("type", "ping"))); // it has taken the session in
        server.awaitSocket();
        ServerWebSocket socket = server.awaitSocket();

        millis.addAndGet(4_000);

        assertThat(next(ClientEvent.DirectLost.class).head().seq()).isEqualTo(6);
        List.of(message(4), message(5), message(6)).forEach(each -> send(socket, each));
        assertThat(directs(3)).containsExactly("d4", "d5", "d6");
    }

    @Test
    void what_the_application_acknowledges_without_a_connection_is_sent_with_the_next() throws Exception {
        serve(List.of(List.of(opened(1), message(1), close(1011)), List.of(opened(1))));
        PortcullisClient client = connect(inbox().withInboxAcks(false).withBackoff(2_000, 2_000));
        directs(1);
        next(ClientEvent.Interrupted.class);

        client.acknowledge(1);

        awaitArrived("ack", 1);
        assertThat(arrived("ack").get(0).getLong("inboxSeq")).isEqualTo(1);
    }

    @Test
    void acknowledgement_that_was_lost_is_repeated() throws Exception {
        serve(List.of(List.of(opened(1), message(1))));
        connect(inbox().withMillis(millis::get));
        directs(1);
        awaitArrived("ack", 1);

        server.awaitSocket().close((short) 1011);
        server.awaitSocket();
        next(ClientEvent.Opened.class);
        millis.addAndGet(10_000);

        awaitArrived("ack", 2);
        assertThat(events.stream().filter(ClientEvent.Direct.class::isInstance)).isEmpty();
    }

    @Test
    void messages_that_are_no_longer_kept_are_reported_as_lost() throws Exception {
        serve(List.of(
                List.of(opened(0), message(1), close(1011)),
                List.of(opened(4), message(4)),
                List.of(opened(4), message(4))));
        connect(inbox());
        directs(1);

        assertThat(next(ClientEvent.DirectLost.class).head().seq()).isEqualTo(4);
        assertThat(directs(1)).containsExactly("d4");
        assertThat(arrived("auth")).hasSize(1);
    }

    @Test
    void gap_is_reported_in_its_place_and_no_message_counts_as_lost() throws Exception {
        serve(List.of(
                List.of(opened(0), message(1), gap(4, 3), message(5), close(1011)),
                List.of(opened(9), gap(4, 2), message(5), gap(8, 3), message(9))));
        connect(inbox());

        assertThat(directs(1)).containsExactly("d1");
        assertThat(next(ClientEvent.DirectGap.class)).isEqualTo(new ClientEvent.DirectGap(new Position("i1", 4), 3));
        assertThat(directs(1)).containsExactly("d5");
        assertThat(next(ClientEvent.DirectGap.class)).isEqualTo(new ClientEvent.DirectGap(new Position("i1", 8), 3));
        assertThat(directs(1)).containsExactly("d9");
        assertThat(events.stream().filter(ClientEvent.DirectLost.class::isInstance))
                .isEmpty();
        assertThat(arrived("auth")).isEmpty();
    }

    /** The server counts from what was acknowledged, the client from what it has. */
    @Test
    void gap_of_the_greeting_counts_what_the_client_has_not() throws Exception {
        JsonObject greeting = opened(7);
        greeting.getJsonObject("inbox").put("gap", gap(5, 5));
        serve(List.of(
                List.of(opened(0), message(1), message(2), close(1011)), List.of(greeting, message(6), message(7))));
        connect(inbox());

        assertThat(directs(2)).containsExactly("d1", "d2");
        assertThat(next(ClientEvent.DirectGap.class)).isEqualTo(new ClientEvent.DirectGap(new Position("i1", 5), 3));
        assertThat(directs(2)).containsExactly("d6", "d7");
    }

    private static JsonObject gap(long seq, long count) {
        return new JsonObject()
                .put("type", "gap")
                .put("epoch", "i1")
                .put("seq", seq)
                .put("count", count);
    }

    @Test
    void server_that_takes_no_auth_frame_is_left_with_the_token_in_the_handshake() throws Exception {
        serve(List.of(
                List.of(opened(0), message(1), close(1011)),
                List.of(opened(4), message(4)),
                List.of(close(1008)),
                List.of(opened(4), message(4))));
        connect(inbox());
        directs(1);

        next(ClientEvent.DirectLost.class);
        assertThat(directs(1)).containsExactly("d4");
        assertThat(arrived("auth")).hasSize(1);
    }

    @Test
    void message_to_a_user_is_sent_like_one_for_a_room() throws Exception {
        serve(List.of(List.of(opened(0))));
        PortcullisClient client = connect(inbox());
        await(client.opened());

        var unused = client.sendTo("bob", "hello");

        awaitArrived("chat_message", 1);
        JsonObject frame = arrived("chat_message").get(0);
        assertThat(frame.getString("recipientId")).isEqualTo("bob");
        assertThat(frame.getString("id")).isNotBlank();
    }
}
