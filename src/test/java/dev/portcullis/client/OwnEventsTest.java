package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.portcullis.client.pace.PacedFrames;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Events of the application: sent and heard like messages where they are stored, and now or never where not. */
class OwnEventsTest extends ClientFixture {
    private static final String VOTE = "poll.vote";
    private static final String MOVE = "cursor.move";
    private static final String RING = "call.ring";

    private final AtomicLong seq = new AtomicLong();
    private volatile boolean silent;
    private volatile boolean limited;

    @Override
    boolean answersItself(ServerWebSocket socket, JsonObject frame) {
        if (!frame.getString("type").equals("event")) {
            return false;
        }
        if (limited && frame.getString("event").equals(VOTE)) {
            send(socket, limited(frame));
        } else if (!silent) {
            send(socket, ack(frame));
        }
        return true;
    }

    private JsonObject ack(JsonObject frame) {
        JsonObject ack = new JsonObject()
                .put("type", "ack")
                .put("id", frame.getString("id"))
                .put("roomId", "lobby");
        return frame.getString("event").equals(MOVE)
                ? ack
                : ack.put("messageId", "m-1").put("epoch", FakeServer.EPOCH).put("seq", seq.incrementAndGet());
    }

    private static JsonObject limited(JsonObject frame) {
        return new JsonObject()
                .put("type", "rate_limited")
                .put("id", frame.getString("id"))
                .put("scope", "action")
                .put("window", "minute")
                .put("retryAfter", 60_000)
                .put("remaining", 0);
    }

    private static JsonObject vote(int option) {
        return new JsonObject().put("option", option);
    }

    private static JsonObject event(String name, Object data) {
        return new JsonObject()
                .put("type", "event")
                .put("roomId", "lobby")
                .put("event", name)
                .put("data", data)
                .put("userId", "bob")
                .put("timestamp", 1_700_000_000_000L);
    }

    private PortcullisClient joined(ClientOptions options) throws Exception {
        PortcullisClient client = connect(options);
        next(ClientEvent.Joined.class);
        return client;
    }

    private PortcullisClient limitedTo(long minute, JsonObject actions) throws Exception {
        JsonObject limits = new JsonObject()
                .put("burst", 1_000)
                .put("minute", minute)
                .put("hour", 10_000)
                .put("actions", actions);
        server.welcomeWith(FakeServer.authSuccess().put("limits", limits));
        return joined(options().withMillis(millis::get));
    }

    private List<Object> arrivedData() {
        return arrived("event").stream().map(frame -> frame.getValue("data")).toList();
    }

    @Test
    void event_goes_to_a_room_and_to_a_user_with_any_json() throws Exception {
        PortcullisClient client = joined(options());

        JsonObject stored = await(client.emit("lobby", VOTE, vote(1)));
        await(client.emitTo("bob", RING, null));
        JsonObject unstored =
                await(client.emitTransient("lobby", MOVE, new JsonArray().add(1).add(2.5)));
        await(client.emitTransientTo("bob", MOVE, "x"));

        assertThat(stored.getLong("seq")).isEqualTo(1);
        assertThat(unstored.containsKey("seq")).isFalse();
        assertThat(arrivedData())
                .containsExactly(vote(1), null, new JsonArray().add(1).add(2.5), "x");
        assertThat(arrived("event"))
                .extracting(frame -> frame.getString("roomId") + " " + frame.getString("recipientId"))
                .containsExactly("lobby null", "null bob", "lobby null", "null bob");
    }

    @Test
    void stored_event_is_an_entry_and_another_comes_beside_the_stream() throws Exception {
        joined(options());
        server.deliver("lobby", event(MOVE, 5));
        server.deliver(
                "lobby",
                event(VOTE, vote(1))
                        .put("messageId", "m-1")
                        .put("epoch", FakeServer.EPOCH)
                        .put("seq", 1));

        assertThat(OwnEvent.in(next(ClientEvent.Other.class)))
                .hasValueSatisfying(
                        event -> assertThat(event.name() + event.data()).isEqualTo(MOVE + 5));
        ClientEvent.Entry entry = next(ClientEvent.Entry.class);
        assertThat(entry.at().seq()).isEqualTo(1);
        assertThat(OwnEvent.in(entry)).hasValueSatisfying(event -> {
            assertThat(event.data()).isEqualTo(vote(1));
            assertThat(event.userId()).isEqualTo("bob");
        });
        server.append("lobby", "no event");
        server.deliver("lobby", server.append("lobby", "behind it"));
        assertThat(OwnEvent.in(next(ClientEvent.Entry.class))).isEmpty();
    }

    @Test
    void direct_event_has_its_place_in_the_inbox() throws Exception {
        server.insteadOfWelcome = socket -> {
            send(
                    socket,
                    FakeServer.authSuccess()
                            .put("inbox", new JsonObject().put("epoch", "i1").put("seq", 0)));
            JsonObject ring = event(RING, true).put("recipientId", "alice").put("messageId", "m-1");
            ring.remove("roomId");
            send(socket, ring.put("epoch", "i1").put("seq", 1));
            return true;
        };
        connect(options());

        ClientEvent.Direct direct = next(ClientEvent.Direct.class);

        assertThat(OwnEvent.in(direct).map(OwnEvent::name)).contains(RING);
        awaitArrived("ack", 1);
    }

    /** A server that stored it hands it out on each connection, so a client that ended with it would never come further. */
    @Test
    void event_is_heard_with_a_number_of_any_length() throws Exception {
        joined(options());
        ServerWebSocket socket = server.awaitSocket();
        List<String> numbers = List.of("1." + "0".repeat(50_000), "-" + "9".repeat(308), "1e-99999999999");
        for (int i = 0; i < numbers.size(); i++) {
            String entry = event(VOTE, vote(123_456_789))
                    .put("messageId", "m-" + i)
                    .put("epoch", FakeServer.EPOCH)
                    .put("seq", i + 1)
                    .encode();
            socket.writeTextMessage(entry.replace("123456789", numbers.get(i)));
        }

        assertThat(List.of(heardOption(), heardOption(), heardOption()))
                .containsExactly(1.0, Double.parseDouble(numbers.get(1)), 0.0);
    }

    private double heardOption() throws Exception {
        OwnEvent heard = OwnEvent.in(next(ClientEvent.Entry.class)).orElseThrow();
        return ((JsonObject) Objects.requireNonNull(heard.data())).getDouble("option");
    }

    @Test
    void event_without_an_answer_is_sent_again_as_it_was() throws Exception {
        silent = true;
        PortcullisClient client = joined(options());
        JsonObject data = vote(1);
        Future<JsonObject> sent = client.emit("lobby", VOTE, data);
        data.put("option", 2);
        Future<JsonObject> behind = client.send("lobby", "behind it");
        awaitArrived("event", 1);
        assertThat(arrived("chat")).isEmpty();

        silent = false;
        server.awaitSocket().close((short) 1011);

        assertThat(await(sent).getString("type")).isEqualTo("ack");
        await(behind);
        assertThat(arrivedData()).containsExactly(vote(1), vote(1));
        assertThat(arrived("event"))
                .extracting(frame -> frame.getString("id"))
                .containsOnly(arrived("event").get(0).getString("id"));
    }

    @Test
    void transient_event_holds_up_no_message_and_ends_with_its_connection() throws Exception {
        silent = true;
        PortcullisClient client = joined(options());
        Future<JsonObject> moved = client.emitTransient("lobby", MOVE, 1);
        await(client.send("lobby", "not held up"));

        server.awaitSocket().close((short) 1011);

        assertFails(moved, ClientFailure.Kind.DISCONNECTED);
        next(ClientEvent.Joined.class);
        await(client.send("lobby", "on the next connection"));
        assertThat(arrivedData()).containsExactly(1);
    }

    @Test
    void transient_event_waits_neither_for_a_connection_nor_for_a_room() throws Exception {
        server.instead = (socket, frame) -> frame.getString("type").equals("join");
        PortcullisClient outside = connect(options());
        await(outside.opened());
        assertFails(outside.emitTransient("lobby", MOVE, 1), ClientFailure.Kind.DROPPED);

        server.insteadOfWelcome = socket -> true;
        PortcullisClient unconnected = connect(options());
        assertFails(unconnected.emitTransientTo("bob", MOVE, 1), ClientFailure.Kind.DROPPED);
    }

    @Test
    void transient_events_leave_half_of_the_limits_to_messages() throws Exception {
        PortcullisClient client = limitedTo(20, new JsonObject());
        List<Future<JsonObject>> moves = IntStream.range(0, 30)
                .mapToObj(i -> client.emitTransient("lobby", MOVE, i))
                .toList();

        for (int i = 0; i < 10; i++) {
            await(client.send("lobby", "m" + i));
        }

        assertThat(moves.stream().filter(Future::succeeded)).hasSize(9); // and the join
        assertFails(moves.get(29), ClientFailure.Kind.DROPPED);
    }

    @Test
    void event_waits_for_the_limit_of_its_name_and_others_go_on() throws Exception {
        PortcullisClient client =
                limitedTo(1_000, new JsonObject().put("event", 100).put(VOTE, 1));
        await(client.emit("lobby", VOTE, 1));
        Future<JsonObject> second = client.emitTo("bob", VOTE, 2);
        await(client.emit("lobby", RING, 3));

        assertThat(await(client.paced()))
                .extracting(PacedFrames::type, PacedFrames::count)
                .containsExactly(tuple(VOTE, 1));
        assertThat(second.isComplete()).isFalse();
        millis.addAndGet(65_000);
        await(second);
    }

    @Test
    void block_of_an_event_holds_up_that_event_and_a_transient_one_is_not_sent_again() throws Exception {
        limited = true;
        PortcullisClient client =
                limitedTo(1_000, new JsonObject().put("event", 100).put(VOTE, 10));
        JsonObject answer = await(client.emitTransient("lobby", VOTE, 1));
        assertThat(Reply.of(answer)).isInstanceOf(Reply.Limited.class);
        limited = false;
        Future<JsonObject> vote = client.emit("lobby", VOTE, 2);
        await(client.emitTo("bob", RING, 3));
        assertThat(vote.isComplete()).isFalse();

        millis.addAndGet(60_000);

        await(vote);
        assertThat(arrivedData()).containsExactly(1, 3, 2);
    }

    @Test
    void data_that_no_server_can_read_are_not_sent() throws Exception {
        PortcullisClient client = joined(options());
        JsonArray deep = new JsonArray();
        for (int i = 0; i < 10; i++) {
            deep = new JsonArray().add(deep);
        }

        assertFails(client.emit("lobby", VOTE, new Object()), ClientFailure.Kind.MALFORMED);
        assertFails(client.emit("lobby", VOTE, deep), ClientFailure.Kind.MALFORMED);
        assertFails(client.emit("lobby", VOTE, BigDecimal.ONE.setScale(400)), ClientFailure.Kind.MALFORMED);
        assertFails(client.emitTransient("lobby", MOVE, "\ud800"), ClientFailure.Kind.MALFORMED);
        assertFails(client.emit("lobby", VOTE, new JsonObject().put("__proto__", 1)), ClientFailure.Kind.MALFORMED);
        assertThat(arrived("event")).isEmpty();
    }
}
