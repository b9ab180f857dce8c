package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Joins that bring the newest entries of their rooms, so that no history has to be read. */
class NewestEntriesTest extends ClientFixture {
    private volatile JsonObject answer = new JsonObject();

    /** Answers joins as the test says. */
    @Override
    boolean answersItself(ServerWebSocket socket, JsonObject frame) {
        if (!frame.getString("type").equals("join") || answer.isEmpty()) {
            return false;
        }
        frame.getJsonArray("rooms", new JsonArray().add(frame)).stream()
                .map(JsonObject.class::cast)
                .forEach(room -> send(
                        socket,
                        answer.copy()
                                .put("type", "joined")
                                .put("id", frame.getString("id"))
                                .put("roomId", room.getString("roomId"))));
        return true;
    }

    private JsonObject head(String epoch, int seq, JsonObject... newest) {
        return new JsonObject()
                .put("epoch", epoch)
                .put("seq", seq)
                .put("recovered", false)
                .put("messages", new JsonArray(List.of(newest)))
                .put("more", false)
                .put("readSeq", 2);
    }

    @Test
    void forty_rooms_are_one_frame_and_come_with_their_newest_entries() throws Exception {
        answer = head(FakeServer.EPOCH, 3, server.append("lobby", "hello"));
        PortcullisClient client = connect(ClientOptions.to(server.url(), "t1").withTail(20));
        await(client.opened());

        List<Future<JsonObject>> joins = IntStream.range(0, 40)
                .mapToObj(i -> i == 7 ? client.join("room-7", 50) : client.join("room-" + i))
                .toList();

        assertThat(await(Future.all(joins)).succeeded()).isTrue();
        assertThat(arrived("join")).hasSizeLessThan(4);
        assertThat(tailsOf(arrived("join"))).hasSize(40).contains(50).containsOnly(20, 50);
        ClientEvent.Joined joined = next(ClientEvent.Joined.class);
        assertThat(joined.newest())
                .extracting(entry -> entry.frame().getString("content"))
                .containsExactly("hello");
        assertThat(joined.readSeq()).isEqualTo(2);
        assertThat(joined.resumed()).isFalse();
    }

    private static List<Integer> tailsOf(List<JsonObject> joins) {
        return joins.stream()
                .flatMap(join -> join.getJsonArray("rooms", new JsonArray().add(join)).stream())
                .map(room -> ((JsonObject) room).getInteger("tail"))
                .toList();
    }

    @Test
    void newest_entries_replace_what_was_shown_where_a_resume_recovers_nothing() throws Exception {
        answer = head(FakeServer.EPOCH, 1, server.append("lobby", "before"));
        connect(options().withTail(5));
        assertThat(next(ClientEvent.Joined.class).newest()).hasSize(1);
        answer = head(
                "e2", 900, server.append("lobby", "after").put("epoch", "e2").put("seq", 900));

        await(server.awaitSocket().close());

        ClientEvent.Joined again = next(ClientEvent.Joined.class);
        assertThat(again.resumed()).isFalse();
        assertThat(again.newest())
                .extracting(entry -> entry.frame().getString("content"))
                .containsExactly("after");
        assertThat(next(ClientEvent.PositionLost.class).head().seq()).isEqualTo(900);
        JsonObject second = arrived("join").get(1);
        assertThat(second.getJsonObject("since").getInteger("seq")).isEqualTo(1);
        assertThat(second.getInteger("tail")).isEqualTo(5);
    }

    @Test
    void newest_entries_are_asked_for_where_the_server_loses_the_place_by_itself() throws Exception {
        answer = head(FakeServer.EPOCH, 1, server.append("lobby", "newest"));
        connect(options().withTail(5));
        next(ClientEvent.Joined.class);

        send(
                server.awaitSocket(),
                head(FakeServer.EPOCH, 30).put("type", "joined").put("roomId", "lobby"));

        assertThat(next(ClientEvent.Joined.class).newest()).hasSize(1);
        assertThat(arrived("join").get(1).containsKey("since")).isFalse();
    }

    @Test
    void change_of_a_membership_is_told() throws Exception {
        connect(options());
        send(
                server.awaitSocket(),
                new JsonObject()
                        .put("type", "membership")
                        .put("roomId", "team")
                        .put("role", "owner")
                        .put("name", "Team"));

        ClientEvent.Membership told = next(ClientEvent.Membership.class);
        assertThat(told.roomId()).isEqualTo("team");
        assertThat(told.role()).hasValue("owner");
        assertThat(told.byUserId()).isEmpty();
    }

    @Test
    void tail_that_no_server_takes_is_refused() {
        PortcullisClient client = connect(options());

        assertThat(Await.until(() -> client.join("lobby", 51).failed())).isTrue();
    }
}
