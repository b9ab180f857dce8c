package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.inventory.InventoryColumn;
import dev.portcullis.inventory.InventoryQuery;
import dev.portcullis.inventory.InventoryQuery.Filter;
import dev.portcullis.inventory.InventoryReply;
import dev.portcullis.inventory.InventoryRow;
import dev.portcullis.inventory.InventoryRow.ConnectionFacts;
import dev.portcullis.inventory.RowOrder;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How operators see which rooms, users and connections there are. */
class AdminInventoryCallsTest extends AdminVerticleFixture {
    private final BlockingQueue<InventoryQuery> asked = new LinkedBlockingQueue<>();
    private volatile Future<InventoryReply> answer = Future.succeededFuture(new InventoryReply(List.of(), false));

    @BeforeEach
    void answer() throws Exception {
        bus.answer(InventoryQuery.QUESTION, 0, question -> {
                    asked.add(question);
                    return answer;
                })
                .await(30, TimeUnit.SECONDS);
    }

    @Test
    void rooms_are_told_with_where_they_are() throws Exception {
        answer = rows(InventoryRow.ofRoom("lobby", 3));
        assertThat(json("/admin/rooms")).isEqualTo(new JsonObject("""
                        {"rooms": [{"roomId": "lobby", "connections": 3, "nodes": {"n1": 3}}], "cut": false, "missing": []}"""));
    }

    @Test
    void users_are_told_with_their_bans() throws Exception {
        answer = rows(
                new InventoryRow("ann", 2, 5, 700, 1_000, Optional.empty()),
                new InventoryRow("eve", 1, 0, 0, 2_000, Optional.empty()));
        assertThat(json("/admin/users")).isEqualTo(new JsonObject("""
                        {"users": [
                          {"userId": "ann", "connections": 2, "nodes": {"n1": 2}, "rooms": 5, "waitingBytes": 700,
                           "connectedAt": 1000, "banned": false},
                          {"userId": "eve", "connections": 1, "nodes": {"n1": 1}, "rooms": 0, "waitingBytes": 0,
                           "connectedAt": 2000, "banned": true}], "cut": false, "missing": []}"""));
    }

    @Test
    void no_user_is_called_banned_or_not_while_bans_are_not_known() throws Exception {
        answer = rows(new InventoryRow("ann", 1, 0, 0, 1_000, Optional.empty()));
        unreadable = true;
        JsonObject user = json("/admin/users").getJsonArray("users").getJsonObject(0);
        assertThat(user.getString("userId")).isEqualTo("ann");
        assertThat(user.containsKey("banned")).isFalse();
    }

    @Test
    void connections_are_told_with_what_they_hold() throws Exception {
        answer = rows(new InventoryRow(
                "session-1",
                1,
                2,
                30,
                1_000,
                Optional.of(new ConnectionFacts(
                        new UserId("ann"), Role.MODERATOR, "n1", "192.0.2.7", "socketio_polling", 1_500))));
        assertThat(json("/admin/connections")).isEqualTo(new JsonObject("""
                        {"connections": [{"sessionId": "session-1", "userId": "ann", "role": "moderator", "node": "n1",
                          "ip": "192.0.2.7", "transport": "socketio_polling", "rooms": 2, "waitingBytes": 30,
                          "connectedAt": 1000, "lastActivityAt": 1500}], "cut": false, "missing": []}"""));
    }

    @Test
    void parameters_reach_the_edge() throws Exception {
        var unused = json("/admin/connections?prefix=an&userId=ann&roomId=lobby&sort=ip&order=descending&limit=7");
        assertThat(asked)
                .containsExactly(new InventoryQuery(
                        InventoryQuery.Kind.CONNECTIONS,
                        new Filter("an", Optional.of(new UserId("ann")), Optional.of(new RoomId("lobby")), Set.of()),
                        new RowOrder(InventoryColumn.IP, true),
                        Optional.empty(),
                        7));
    }

    @Test
    void next_page_begins_behind_the_last_row() throws Exception {
        answer = Future.succeededFuture(new InventoryReply(List.of(InventoryRow.ofRoom("lobby", 3)), true));
        String next = json("/admin/rooms?limit=1").getString("next");
        var unused = json("/admin/rooms?limit=1&after=" + next);
        assertThat(asked).hasSize(2);
        assertThat(asked.stream()
                        .skip(1)
                        .findFirst()
                        .orElseThrow()
                        .after()
                        .orElseThrow()
                        .key())
                .isEqualTo("lobby");
    }

    /** A place of another order would be some place or other, and the first page again would let a program go round for ever. */
    @Test
    void cursor_that_is_no_place_in_this_order_is_refused() throws Exception {
        answer = Future.succeededFuture(new InventoryReply(List.of(InventoryRow.ofRoom("lobby", 3)), true));
        String next = json("/admin/rooms?limit=1").getString("next");
        asked.clear();
        for (String other : List.of(
                "after=" + next + "&order=descending", "after=" + next + "&sort=connections", "after=bG9iYnk")) {
            HttpResponse<String> refused = operator("/admin/rooms?limit=1&" + other);
            assertThat(refused.statusCode()).as(other).isEqualTo(400);
            assertThat(refused.body()).contains("/after");
        }
        assertThat(asked).isEmpty();
        assertThat(operator("/admin/rooms?limit=1&order=ascending&after=" + next)
                        .statusCode())
                .isEqualTo(200);
    }

    /** Otherwise a page for each request would be asked of every event loop of the cluster at once (CWE-770). */
    @Test
    void pages_under_way_are_bounded() throws Exception {
        Promise<InventoryReply> held = Promise.promise();
        answer = held.future();
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waiting.add(client.sendAsync(ofOperator("/admin/rooms").build(), BodyHandlers.ofString()));
        }
        assertThat(Await.until(() -> asked.size() == 8)).isTrue();
        HttpResponse<String> refused = operator("/admin/users");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        held.complete(new InventoryReply(List.of(), false));
        for (CompletableFuture<HttpResponse<String>> each : waiting) {
            assertThat(each.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        answer = Future.succeededFuture(new InventoryReply(List.of(), false));
        assertThat(operator("/admin/users").statusCode()).isEqualTo(200);
    }

    @Test
    void node_that_does_not_answer_is_named() throws Exception {
        answer = Future.failedFuture("broken");
        assertThat(json("/admin/rooms").getJsonArray("missing")).containsExactly("n1");
    }

    @Test
    void only_the_wanted_node_is_asked() throws Exception {
        assertThat(json("/admin/rooms?node=n2").getJsonArray("missing"))
                .as("the cluster has no such node")
                .containsExactly("n2");
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin/rooms?sort=ip",
                "/admin/users?limit=101",
                "/admin/users?limit=0",
                "/admin/connections?order=up",
                "/admin/connections?prefix=%3Cb%3E",
                "/admin/rooms?roomId=lobby"
            })
    void malformed_parameter_is_refused(String call) throws Exception {
        assertThat(operator(call).statusCode()).isEqualTo(400);
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/admin/rooms", "/admin/users", "/admin/connections"})
    void lists_need_an_operator(String call) throws Exception {
        assertThat(get(call).statusCode()).isEqualTo(401);
        assertThat(send(request(call).header("Authorization", "Bearer member-token"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(send(request(call).header("Authorization", "Bearer admin-token"))
                        .statusCode())
                .isEqualTo(200);
    }

    private JsonObject json(String call) throws Exception {
        HttpResponse<String> answered = operator(call);
        assertThat(answered.statusCode()).as(answered.body()).isEqualTo(200);
        return new JsonObject(answered.body());
    }

    private static Future<InventoryReply> rows(InventoryRow... rows) {
        return Future.succeededFuture(new InventoryReply(List.of(rows), false));
    }
}
