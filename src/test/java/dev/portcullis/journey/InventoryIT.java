package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a node with two event loops lists of its rooms, users and connections. */
class InventoryIT {
    private static final String KEY = "a key for operators";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final List<ChatPeer> PEERS = new ArrayList<>();

    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.generous("admin.apiKey=" + KEY, "stages.edge=2");
        enter("ann", "lobby", "attic");
        enter("ann", "lobby");
        enter("ben", "lobby", "cellar");
        enter("annika");
        enter("cleo", "attic");
    }

    @AfterAll
    static void stop() {
        PEERS.forEach(ChatPeer::close);
        node.close();
    }

    @ParameterizedTest
    @CsvSource({
        "rooms,'','attic 2,cellar 1,lobby 3'",
        "rooms,sort=connections&order=descending,'lobby 3,attic 2,cellar 1'",
        "rooms,sort=connections,'cellar 1,attic 2,lobby 3'",
        "rooms,prefix=l,lobby 3",
        "rooms,userId=ann,'attic 1,lobby 2'",
        "rooms,userId=ann&prefix=lo,lobby 2",
        "rooms,userId=dora,''",
        "users,'','ann 2,annika 1,ben 1,cleo 1'",
        "users,sort=rooms&order=descending&limit=1,ann 2",
        "users,prefix=ann,'ann 2,annika 1'",
        "users,roomId=lobby,'ann 2,ben 1'",
        "users,roomId=attic&prefix=c,cleo 1",
        "connections,'','ann,ann,annika,ben,cleo'",
        "connections,order=descending,'cleo,ben,annika,ann,ann'",
        "connections,roomId=attic,'ann,cleo'",
        "connections,userId=ann,'ann,ann'",
        "connections,userId=ann&roomId=attic,ann",
        "connections,prefix=127.0.0.,'ann,ann,annika,ben,cleo'",
        "connections,prefix=10.,''"
    })
    void list_has_what_is_asked_for_in_its_order(String list, String query, String rows) {
        List<String> wanted = rows.isEmpty() ? List.of() : List.of(rows.split(",", -1));
        assertThat(Await.until(() -> rows(list, query).equals(wanted)))
                .as(() -> answer(list, query).encode())
                .isTrue();
    }

    @Test
    void node_that_the_cluster_does_not_have_is_named_as_missing() {
        assertThat(answer("connections", "node=another-node"))
                .isEqualTo(new JsonObject()
                        .put("connections", new JsonArray())
                        .put("cut", false)
                        .put("missing", new JsonArray().add("another-node")));
    }

    @Test
    void room_of_the_configuration_is_listed_with_who_is_there() {
        await(
                "rooms",
                "prefix=lobby",
                first -> first.getInteger("present", 0) == 2 && first.getInteger("seq", -1) >= 0);
    }

    @Test
    void connection_is_listed_with_its_user_and_what_it_has_joined() {
        await(
                "connections",
                "userId=ben",
                first -> first.getInteger("rooms") == 2
                        && first.getString("role").equals("member")
                        && first.getString("ip").equals("127.0.0.1")
                        && first.getString("transport").equals("websocket")
                        && first.getLong("connectedAt") <= first.getLong("lastActivityAt"));
    }

    private static void await(String list, String query, Predicate<JsonObject> condition) {
        assertThat(Await.until(() ->
                        condition.test(answer(list, query).getJsonArray(list).getJsonObject(0))))
                .as(() -> answer(list, query).encode())
                .isTrue();
    }

    private static List<String> rows(String list, String query) {
        JsonObject answer = answer(list, query);
        return answer.getJsonArray("missing").isEmpty()
                ? answer.getJsonArray(list).stream()
                        .map(JsonObject.class::cast)
                        .map(row -> list.equals("connections")
                                ? row.getString("userId")
                                : row.getString(list.equals("rooms") ? "roomId" : "userId") + " "
                                        + row.getInteger("connections"))
                        .toList()
                : List.of("not complete");
    }

    private static JsonObject answer(String list, String query) {
        try {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(node.admin("/admin/" + list + (query.isEmpty() ? "" : "?" + query)))
                            .header("Authorization", "Bearer " + KEY)
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return new JsonObject(answer.body());
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    private static void enter(String user, String... rooms) {
        ChatPeer peer = node.enter(user, rooms);
        PEERS.add(peer);
        for (String room : rooms) {
            peer.join(room);
        }
    }
}
