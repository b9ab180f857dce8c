package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the application's own server does on the operators' listener, and what users see of it. */
class ServerApiIT {
    private static final String KEY = "a-key-of-this-test-only";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.generous("admin.apiKey=\"" + KEY + "\"", "admin.messages.undelivered=3");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void message_of_the_server_reaches_the_members_of_the_room() throws Exception {
        try (JdkPeer ann = member("ann", "news")) {
            HttpResponse<String> response = post(
                    "/admin/rooms/news/messages",
                    new JsonObject().put("content", "<b>Sale</b> & more <script>").put("username", "Shop"));
            assertThat(response.statusCode()).isEqualTo(201);
            JsonObject stored = new JsonObject(response.body());
            JsonObject chat = ann.next("chat");
            assertThat(chat.getString("messageId")).isEqualTo(stored.getString("messageId"));
            assertThat(chat.getString("epoch")).isEqualTo(stored.getString("epoch"));
            assertThat(chat.getLong("seq")).isEqualTo(stored.getLong("seq")).isEqualTo(1);
            assertThat(chat.getString("userId")).isEqualTo("system");
            assertThat(chat.getString("username")).isEqualTo("Shop");
            assertThat(chat.getString("content")).isEqualTo("<b>Sale</b> &amp; more ");
        }
    }

    @Test
    void list_is_stored_in_its_order_with_an_outcome_for_each() throws Exception {
        try (JdkPeer ann = member("ann", "list")) {
            List<JsonObject> messages = IntStream.range(0, 100)
                    .mapToObj(i -> new JsonObject().put("content", i == 7 ? "\u0007" : "m" + i))
                    .toList();
            HttpResponse<String> response =
                    post("/admin/rooms/list/messages", new JsonObject().put("messages", new JsonArray(messages)));
            assertThat(response.statusCode()).isEqualTo(200);
            JsonArray results = new JsonObject(response.body()).getJsonArray("results");
            assertThat(results).hasSize(100);
            assertThat(results.getJsonObject(7).encode())
                    .isEqualTo("{\"error\":{\"reason\":\"validation_failed\",\"details\":"
                            + "[{\"path\":\"/content\",\"rule\":\"pattern\"}]}}");
            for (int i = 0; i < 100; i++) {
                if (i != 7) {
                    JsonObject chat = ann.next("chat");
                    assertThat(chat.getString("content")).isEqualTo("m" + i);
                    assertThat(chat.getLong("seq")).isEqualTo(results.getJsonObject(i).getLong("seq"));
                }
            }
        }
    }

    @Test
    void call_repeated_under_its_key_is_published_once() throws Exception {
        try (JdkPeer ann = member("ann", "again")) {
            JsonObject body = new JsonObject()
                    .put("messages", new JsonArray(List.of(content("one"), content("two"), content("one"))));
            String first = post("/admin/rooms/again/messages", body, "Idempotency-Key", "order-77").body();
            assertThat(post("/admin/rooms/again/messages", body, "Idempotency-Key", "order-77").body())
                    .isEqualTo(first);
            body.getJsonArray("messages").getJsonObject(1).put("content", "other");
            JsonArray changed = new JsonObject(
                            post("/admin/rooms/again/messages", body, "Idempotency-Key", "order-77").body())
                    .getJsonArray("results");
            assertThat(changed.getJsonObject(1).getJsonObject("error").getString("reason"))
                    .isEqualTo("conflict");
            assertThat(post("/admin/rooms/again/messages", content("last")).statusCode())
                    .isEqualTo(201);
            for (String expected : List.of("one", "two", "one", "last")) {
                assertThat(ann.next("chat").getString("content")).isEqualTo(expected);
            }
        }
    }

    @Test
    void message_repeated_under_its_own_id_is_published_once_whatever_the_call() throws Exception {
        JsonObject event = content("paid").put("id", "event-1");
        JsonObject first =
                new JsonObject(post("/admin/rooms/ids/messages", event, "Idempotency-Key", "a").body());
        JsonObject again = new JsonObject(post(
                                "/admin/rooms/ids/messages",
                                new JsonObject().put("messages", new JsonArray(List.of(content("new"), event))))
                        .body())
                .getJsonArray("results")
                .getJsonObject(1);
        assertThat(again).isEqualTo(first);
        HttpResponse<String> other =
                post("/admin/rooms/ids/messages", content("refunded").put("id", "event-1"));
        assertThat(other.statusCode()).isEqualTo(409);
    }

    @Test
    void messages_to_a_user_wait_in_the_inbox_up_to_a_bound() throws Exception {
        for (int i = 1; i <= 3; i++) {
            HttpResponse<String> response = post("/admin/users/waiting/messages", content("m" + i));
            assertThat(response.statusCode()).isEqualTo(201);
            assertThat(new JsonObject(response.body()).getLong("seq")).isEqualTo(i);
        }
        HttpResponse<String> full = post("/admin/users/waiting/messages", content("m4"));
        assertThat(full.statusCode()).isEqualTo(409);
        assertThat(full.body()).contains("{\"path\":\"/userId\",\"rule\":\"backlog\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"system", "deleted", "System"})
    void reserved_user_has_no_inbox(String user) throws Exception {
        assertThat(post("/admin/users/" + user + "/messages", content("x")).statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"messages\":[]}",
                "{\"content\":\"a\",\"messages\":[{\"content\":\"a\"}]}",
                "{\"messages\":[{\"content\":\"a\"}],\"username\":\"b\"}",
                "{\"messages\":[{\"content\":\"a\",\"userId\":\"ann\"}]}",
                "{\"content\":\"a\",\"userId\":\"ann\"}",
                "{\"content\":\"a\",\"id\":\"with space\"}"
            })
    void body_that_does_not_fit_is_refused(String body) throws Exception {
        assertThat(post("/admin/rooms/lobby/messages", new JsonObject(body)).statusCode())
                .isEqualTo(400);
    }

    @Test
    void large_call_is_taken_and_one_beyond_the_bound_is_not() throws Exception {
        List<JsonObject> messages = IntStream.range(0, 100)
                .mapToObj(i -> content("x".repeat(5_000)).put("id", "large-" + i))
                .toList();
        JsonObject body = new JsonObject().put("messages", new JsonArray(messages));
        assertThat(post("/admin/users/large/messages", body).statusCode()).isEqualTo(200);
        assertThat(send(request("/admin/users/large/messages", KEY)
                                .POST(BodyPublishers.ofString(" ".repeat(1 << 20) + body.encode())))
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void only_the_key_and_tokens_of_admins_may_publish() throws Exception {
        for (String role : List.of("member", "moderator")) {
            String token = node.token("eve", Role.valueOf(role.toUpperCase(java.util.Locale.ROOT)), Duration.ofMinutes(1));
            assertThat(statusWith(token)).isEqualTo(403);
        }
        assertThat(statusWith(node.token("op", Role.ADMIN, Duration.ofMinutes(1)))).isEqualTo(201);
        assertThat(statusWith("no-key-of-this-test")).isEqualTo(401);
    }

    private static int statusWith(String bearer) throws Exception {
        return send(request("/admin/rooms/guarded/messages", bearer)
                        .POST(BodyPublishers.ofString(content("x").encode())))
                .statusCode();
    }

    private static JsonObject content(String text) {
        return new JsonObject().put("content", text);
    }

    private static JdkPeer member(String user, String room) {
        JdkPeer peer = JdkPeer.admitted(node.ws(), node.token(user, room));
        peer.next("auth_success");
        peer.join(room);
        return peer;
    }

    private static HttpResponse<String> post(String path, JsonObject body, String... headers) throws Exception {
        HttpRequest.Builder request = request(path, KEY).POST(BodyPublishers.ofString(body.encode()));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    private static HttpRequest.Builder request(String path, String bearer) {
        return HttpRequest.newBuilder(node.admin(path))
                .header("Authorization", "Bearer " + bearer)
                .header("Content-Type", "application/json");
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }
}
